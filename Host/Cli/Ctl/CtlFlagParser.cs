namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>
/// Reads a command line as etcdctl does: flags and arguments in any order, <c>--name value</c>, <c>--name=value</c>,
/// <c>-n value</c>, <c>-nvalue</c>; nothing is a flag behind <c>--</c>.
/// </summary>
internal static class CtlFlagParser
{
    /// <returns>What is no flag, in order.</returns>
    /// <exception cref="CtlException">A flag is unknown, lacks its value or has a wrong one.</exception>
    public static List<string> Parse(CtlFlagValues values, IReadOnlyList<string> arguments)
    {
        var positional = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                positional.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                i += Long(values, argument[2..], Next(arguments, i));
            }
            else if (argument.Length > 1 && argument[0] == '-')
            {
                i += Shorts(values, argument, Next(arguments, i));
            }
            else
            {
                positional.Add(argument);
            }
        }

        return positional;
    }

    private static string? Next(IReadOnlyList<string> arguments, int index)
        => index + 1 < arguments.Count ? arguments[index + 1] : null;

    /// <returns>How many further arguments were taken.</returns>
    private static int Long(CtlFlagValues values, string text, string? next)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        if (name.Length == 0 || name[0] == '-')
        {
            throw new CtlException(CtlExit.Error, $"bad flag syntax: --{text}");
        }

        var flag = values.Find(name) ?? throw new CtlException(CtlExit.Error, $"unknown flag: --{name}");
        if (equals >= 0)
        {
            values.Set(flag, text[(equals + 1)..]);
            return 0;
        }

        if (flag.Kind == CtlFlagKind.Switch)
        {
            values.Set(flag, "true");
            return 0;
        }

        values.Set(flag, next ?? throw new CtlException(CtlExit.Error, $"flag needs an argument: --{name}"));
        return 1;
    }

    private static int Shorts(CtlFlagValues values, string argument, string? next)
    {
        for (int i = 1; i < argument.Length; i++)
        {
            var flag = values.Find(argument[i]) ?? throw new CtlException(
                CtlExit.Error, $"unknown shorthand flag: '{argument[i]}' in {argument}");
            string rest = argument[(i + 1)..];
            if (rest.StartsWith('='))
            {
                values.Set(flag, rest[1..]);
                return 0;
            }

            if (flag.Kind == CtlFlagKind.Switch)
            {
                values.Set(flag, "true");
                continue;
            }

            if (rest.Length > 0)
            {
                values.Set(flag, rest);
                return 0;
            }

            values.Set(flag, next ?? throw new CtlException(
                CtlExit.Error, $"flag needs an argument: '{argument[i]}' in {argument}"));
            return 1;
        }

        return 0;
    }
}
