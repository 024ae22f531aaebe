namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>Finds the command that a command line names, and what the environment says about its flags.</summary>
internal static class CtlCommandLine
{
    private const int SuggestionDistance = 2;

    private static readonly string[] NoFlags = ["ETCDCTL_API", "ETCDCTL_WATCH_KEY", "ETCDCTL_WATCH_RANGE_END"];

    /// <summary>The command with those above it, and the command line without their names.</summary>
    public static (CtlCommand[] Path, List<string> Arguments) Find(CtlCommand root, IReadOnlyList<string> arguments)
    {
        var path = new List<CtlCommand> { root };
        var rest = arguments.ToList();
        bool wantsHelp = false;
        for (int i = 0; i < rest.Count && rest[i] != "--";)
        {
            if (rest[i].StartsWith('-') && rest[i].Length > 1)
            {
                i += TakesNext(path[^1], rest[i]) ? 2 : 1;
            }
            else if (path.Count == 1 && !wantsHelp && rest[i] == "help")
            {
                wantsHelp = true;
                rest.RemoveAt(i);
            }
            else if (path[^1].Child(rest[i]) is { } child)
            {
                path.Add(child);
                rest.RemoveAt(i);
                if (child.IsRaw)
                {
                    break;
                }
            }
            else
            {
                break;
            }
        }

        if (wantsHelp)
        {
            rest.Insert(0, "--help");
        }

        return ([.. path], rest);
    }

    /// <exception cref="CtlException">The first word is no command.</exception>
    public static void CheckKnown(CtlCommand[] path, List<string> positional, string program)
    {
        if (path.Length > 1 || positional.Count == 0)
        {
            return;
        }

        string word = positional[0];
        string[] near = [.. path[0].Children
            .Where(child => !child.IsHidden && (Distance(word, child.Name) <= SuggestionDistance || child.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            .Select(static child => "\t" + child.Name + "\n")];
        string suggestion = near.Length == 0 ? "" : $"\n\nDid you mean this?\n{string.Concat(near)}";
        throw new CtlException(CtlExit.Error, $"unknown command \"{word}\" for \"{program}\"{suggestion}");
    }

    /// <summary>Takes the variables that stand for flags all commands have. One that cannot be read is passed over.</summary>
    public static void TakeEnvironment(CtlFlagValues values, IEnumerable<CtlFlag> flags, CtlConsole console)
    {
        foreach (var flag in flags.Where(IsInherited))
        {
            if (console.Variable(CtlFlags.VariableOf(flag.Name)) is { Length: > 0 } value)
            {
                try
                {
                    values.Set(flag, value, byCommandLine: false);
                }
                catch (CtlException refusal)
                {
                    console.Error.WriteLine($"warning: {CtlFlags.VariableOf(flag.Name)}: {refusal.Message}");
                }
            }
        }
    }

    /// <summary>Tells of variables that mean nothing.</summary>
    /// <exception cref="CtlException">A variable and a flag say the same thing twice.</exception>
    public static void CheckEnvironment(CtlFlagValues values, CtlFlag[] flags, CtlConsole console)
    {
        var known = flags.Where(IsInherited).ToDictionary(static flag => CtlFlags.VariableOf(flag.Name));
        foreach (var (name, value) in console.Environment)
        {
            if (!name.StartsWith(CtlFlags.VariablePrefix, StringComparison.Ordinal) || NoFlags.Contains(name))
            {
                continue;
            }

            if (!known.TryGetValue(name, out var flag))
            {
                console.Error.WriteLine($"warning: unrecognized environment variable {name}={value}");
            }
            else if (values.IsGiven(flag.Name) && value.Length > 0)
            {
                throw new CtlException(
                    CtlExit.Error,
                    $"conflicting environment variable \"{name}\" is shadowed by corresponding command-line flag (either unset environment variable or disable flag)");
            }
        }
    }

    private static bool IsInherited(CtlFlag flag) => flag.Name == "cluster" || CtlFlags.Globals.Contains(flag);

    // Before the command is known, a flag that nobody knows is taken to have a value.
    private static bool TakesNext(CtlCommand command, string argument)
    {
        if (argument.Contains('=', StringComparison.Ordinal))
        {
            return false;
        }

        bool isLong = argument.StartsWith("--", StringComparison.Ordinal);
        if (!isLong && argument.Length > 2)
        {
            return false;
        }

        var flag = command.Flags.Concat(command.Inherited).Concat(CtlFlags.Globals).Append(CtlHelp.HelpFlag)
            .FirstOrDefault(flag => isLong ? flag.Name == argument[2..] : flag.Short == argument[1]);
        return flag is not { Kind: CtlFlagKind.Switch };
    }

    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), replaced);
            }
        }

        return row[^1];
    }
}
