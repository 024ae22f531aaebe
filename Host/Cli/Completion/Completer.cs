using ActorEtcd.Host.Cli.Ctl;

namespace ActorEtcd.Host.Cli.Completion;

/// <summary>What could stand in the place of the last word of a command line.</summary>
internal static class Completer
{
    private const string Equal = "=";

    /// <summary>The lines that the scripts read.</summary>
    public static string Lines(CtlCommand root, IReadOnlyList<string> words)
        => string.Concat(Offered(root, words).Select(static offered => $"{offered.Word}\t{offered.Meaning}\n"));

    private static IEnumerable<(string Word, string Meaning)> Offered(CtlCommand root, IReadOnlyList<string> words)
    {
        string last = words.Count == 0 ? "" : words[^1];
        var (command, flags, open) = Walk(root, words);
        if (last == Equal && words.Count > 1)
        {
            return ValuesOf(Find(flags, words[^2]), "", "");
        }

        if (words.Count > 2 && words[^2] == Equal)
        {
            return ValuesOf(Find(flags, words[^3]), "", last);
        }

        if (open != null)
        {
            return ValuesOf(open, "", last);
        }

        if (!last.StartsWith('-'))
        {
            return command.Children
                .Where(child => !child.IsHidden && child.Name.StartsWith(last, StringComparison.Ordinal))
                .Select(static child => (child.Name, child.Help));
        }

        int equals = last.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? ValuesOf(Find(flags, last[..equals]), last[..(equals + 1)], last[(equals + 1)..])
            : flags.Where(static flag => flag.Name.Length > 1)
                .Select(static flag => ("--" + flag.Name, flag.Help))
                .Where(offered => offered.Item1.StartsWith(last, StringComparison.Ordinal));
    }

    // The command that the words before the last lead to, its flags, and the flag whose value the last word is to be.
    private static (CtlCommand Command, List<CtlFlag> Flags, CtlFlag? Open) Walk(CtlCommand root, IReadOnlyList<string> words)
    {
        var command = root;
        var inherited = new List<CtlFlag>(root.Inherited) { CtlHelp.HelpFlag };
        CtlFlag? open = null;
        foreach (string word in words.SkipLast(1))
        {
            if (open != null)
            {
                // Bash has the sign between a flag and its value as a word.
                open = word == Equal ? open : null;
            }
            else if (word.StartsWith('-'))
            {
                open = Find([.. command.Flags, .. inherited], word) is { Kind: not CtlFlagKind.Switch } flag ? flag : null;
            }
            else if (command.Child(word) is { } child)
            {
                inherited.AddRange(child.Inherited);
                command = child;
            }
        }

        return (command, [.. command.Flags, .. inherited], open);
    }

    private static CtlFlag? Find(IEnumerable<CtlFlag> flags, string word) => word.StartsWith('-')
        ? flags.FirstOrDefault(flag => word.TrimStart('-') == flag.Name || (flag.Short != '\0' && word == "-" + flag.Short))
        : null;

    private static IEnumerable<(string Word, string Meaning)> ValuesOf(CtlFlag? flag, string before, string begun)
        => (flag?.Choices ?? []).Where(value => value.StartsWith(begun, StringComparison.Ordinal)).Select(value => (before + value, ""));
}
