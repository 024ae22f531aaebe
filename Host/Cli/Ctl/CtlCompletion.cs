namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>
/// Completion in a shell: the script that a shell loads asks the hidden command <c>__complete</c> what could stand in the
/// place of the last word, and gets a line for each, with its meaning behind a tab.
/// </summary>
internal static class CtlCompletion
{
    private const string Bash = """
        _FUNCTION_complete() {
            local IFS=$'\n' offered
            offered=$("${COMP_WORDS[@]:0:SKIP}" __complete "${COMP_WORDS[@]:SKIP:COMP_CWORD-SKIP+1}" 2>/dev/null | cut -f1)
            COMPREPLY=($(compgen -W "$offered" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _FUNCTION_complete NAME

        """;

    private const string Zsh = """
        #compdef NAME
        _FUNCTION_complete() {
            local -a offered
            local line
            for line in "${(@f)$(${words[1,SKIP]} __complete "${(@)words[SKIP+1,CURRENT]}" 2>/dev/null)}"; do
                offered+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            _describe NAME offered || _files
        }
        compdef _FUNCTION_complete NAME

        """;

    private const string Fish = """
        function _FUNCTION_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1..SKIP] __complete $words[(math SKIP + 1)..-1] 2>/dev/null
        end
        complete -c NAME -f -a '(_FUNCTION_complete)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName NAME -ScriptBlock {
            param($word, $ast, $position)
            $words = @($ast.CommandElements | ForEach-Object { $_.ToString() })
            if ($word -eq '') { $words += '' }
            $rest = @($words | Select-Object -Skip SKIP)
            & $words[0] (@($words | Select-Object -Skip 1 -First (SKIP - 1)) + '__complete' + $rest) 2>$null | ForEach-Object {
                $parts = $_ -split "`t", 2
                [System.Management.Automation.CompletionResult]::new($parts[0], $parts[0], 'ParameterValue', ($parts[1], $parts[0] -ne '')[0])
            }
        }

        """;

    public static IEnumerable<CtlCommand> Commands() =>
    [
        Shell("bash", Bash), Shell("zsh", Zsh), Shell("fish", Fish), Shell("powershell", PowerShell),
    ];

    public static Task CompleteAsync(CtlContext context)
    {
        foreach (var (word, meaning) in Offered(context.RawArguments))
        {
            context.Out.WriteLine($"{word}\t{meaning}");
        }

        return Task.CompletedTask;
    }

    private static CtlCommand Shell(string name, string script) => new(name, $"Prints the completion script for {name}.", context =>
    {
        string[] program = context.Console.ProgramName.Split(' ');
        context.Out.Write(script
            .Replace("FUNCTION", program[0].Replace('-', '_'), StringComparison.Ordinal)
            .Replace("NAME", program[0], StringComparison.Ordinal)
            .Replace("SKIP", Output.CtlRows.Number(program.Length), StringComparison.Ordinal));
        return Task.CompletedTask;
    });

    private static IEnumerable<(string Word, string Meaning)> Offered(IReadOnlyList<string> words)
    {
        string last = words.Count == 0 ? "" : words[^1];
        var command = CtlCommands.Root("");
        var flags = new List<CtlFlag>(CtlFlags.Globals) { CtlHelp.HelpFlag };
        foreach (string word in words.SkipLast(1))
        {
            if (command.Child(word) is { } child)
            {
                flags.AddRange(command.Inherited);
                command = child;
            }
        }

        flags.AddRange(command.Flags);
        flags.AddRange(command.Inherited);
        if (words.Count > 1 && ValuesOf(flags, words[^2]) is { Length: > 0 } after)
        {
            return after.Where(value => value.StartsWith(last, StringComparison.Ordinal)).Select(static value => (value, ""));
        }

        return last.StartsWith('-')
            ? flags.Select(static flag => ("--" + flag.Name, flag.Help))
                .Where(offered => offered.Item1.StartsWith(last, StringComparison.Ordinal))
            : command.Children
                .Where(child => !child.IsHidden && child.Name.StartsWith(last, StringComparison.Ordinal))
                .Select(static child => (child.Name, child.Help));
    }

    private static string[] ValuesOf(List<CtlFlag> flags, string word)
        => flags.FirstOrDefault(flag => word == "--" + flag.Name || (flag.Short != '\0' && word == "-" + flag.Short))?.Choices ?? [];
}
