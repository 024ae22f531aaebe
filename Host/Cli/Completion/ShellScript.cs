namespace ActorEtcd.Host.Cli.Completion;

/// <summary>
/// What a shell loads to complete command lines. The script asks the program's hidden command <c>__complete</c> what could
/// stand in the place of the last word, and gets a line for each, with its meaning behind a tab. Nothing but that command is
/// ever run while somebody is still typing.
/// </summary>
internal static class ShellScript
{
    public static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    // Bash takes "--flag=value" apart at the sign, which is then a word of its own.
    private const string Bash = """
        _FUNCTION_complete() {
            local IFS=$'\n' offered word="${COMP_WORDS[COMP_CWORD]}"
            offered=$("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)
            [ "$word" = "=" ] && word=""
            COMPREPLY=($(compgen -W "$offered" -- "$word"))
        }
        complete -o default -F _FUNCTION_complete NAME

        """;

    private const string Zsh = """
        #compdef NAME
        _FUNCTION_complete() {
            local -a offered
            local line
            for line in "${(@f)$(${words[1]} __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
                [[ -n "$line" ]] && offered+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            (( $#offered )) && _describe NAME offered || _files
        }
        compdef _FUNCTION_complete NAME

        """;

    private const string Fish = """
        function _FUNCTION_complete
            set -l words (commandline -opc)
            $words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null
        end
        complete -c NAME -a '(_FUNCTION_complete)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName NAME -ScriptBlock {
            param($word, $ast, $position)
            $words = @($ast.CommandElements | ForEach-Object { $_.ToString() })
            if ($word -eq '') { $words += '' }
            $rest = @($words | Select-Object -Skip 1)
            & $words[0] (@('__complete') + $rest) 2>$null | ForEach-Object {
                $parts = $_ -split "`t", 2
                [System.Management.Automation.CompletionResult]::new($parts[0], $parts[0], 'ParameterValue', ($parts[1], $parts[0] -ne '')[0])
            }
        }

        """;

    /// <summary>The script of one of the shells.</summary>
    /// <param name="program">How the program is called; only the first word of it is completed by name.</param>
    public static string Of(string shell, string program)
    {
        string name = program.Split(' ')[0];
        string script = shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            "powershell" => PowerShell,
            _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "no such shell"),
        };
        return script
            .Replace("FUNCTION", name.Replace('-', '_'), StringComparison.Ordinal)
            .Replace("NAME", name, StringComparison.Ordinal);
    }
}
