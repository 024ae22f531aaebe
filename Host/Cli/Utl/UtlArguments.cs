using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>A command line after the name of its command: flags and positional arguments, in any order.</summary>
internal sealed class UtlArguments
{
    private const string WriteOutShort = "-w";

    private UtlArguments(FlagValues flags, IReadOnlyList<string> positional)
    {
        Flags = flags;
        Positional = positional;
    }

    public FlagValues Flags { get; }

    public IReadOnlyList<string> Positional { get; }

    /// <summary>The value of a flag, or null when it was not given or is empty.</summary>
    public string? Given(string flag) => Flags.Text(flag) is { Length: > 0 } text ? text : null;

    /// <exception cref="ConfigException">A flag is unknown or lacks its value.</exception>
    public static UtlArguments Parse(IReadOnlyList<FlagDefinition> definitions, IReadOnlyList<string> arguments)
    {
        var switches = definitions.Where(static flag => flag.Kind == FlagKind.Switch).Select(static flag => flag.Name).ToHashSet();
        var flags = new List<string>();
        var positional = new List<string>();
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = Spelled(arguments[index]);
            if (argument == "--")
            {
                positional.AddRange(arguments.Skip(index + 1));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                positional.Add(argument);
                continue;
            }

            flags.Add(argument);
            if (!argument.Contains('=', StringComparison.Ordinal)
                && !switches.Contains(argument.TrimStart('-'))
                && index + 1 < arguments.Count)
            {
                flags.Add(arguments[++index]);
            }
        }

        var values = FlagParser.ParseTool(definitions, flags);
        return new UtlArguments(values, positional);
    }

    // -w json, -w=json and -wjson are --write-out.
    private static string Spelled(string argument)
    {
        if (!argument.StartsWith(WriteOutShort, StringComparison.Ordinal))
        {
            return argument == "-h" ? "--help" : argument;
        }

        var value = argument[WriteOutShort.Length..].TrimStart('=');
        return value.Length == 0 ? "--write-out" : "--write-out=" + value;
    }
}
