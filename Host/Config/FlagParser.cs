namespace ActorEtcd.Host.Config;

/// <summary>
/// Reads flags as Go's flag package and etcd do: one dash or two, <c>--name=value</c> or <c>--name value</c>, bare
/// switches, the last one wins; then <c>ETCD_*</c> variables for what the command line left open. A configuration file,
/// named by flag or variable, stands in the place of both.
/// </summary>
public static class FlagParser
{
    private const string ConfigFileFlag = "config-file";
    private const string Prefix = "ETCD_";

    // Not flags, although they look like them: etcd's own build and architecture checks use these.
    private static readonly string[] SpecialVariables = ["ETCD_VERSION", "ETCD_UNSUPPORTED_ARCH", "ETCD_HELP", "ETCD_H"];

    /// <param name="warn">Told, once the values are known, of what has no effect.</param>
    /// <exception cref="ConfigException">A flag is unknown, lacks its value, or has one that cannot be read.</exception>
    public static FlagValues Parse(
        IEnumerable<FlagDefinition> flags,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string> warn)
    {
        var definitions = flags.ToDictionary(static flag => flag.Name);
        var given = ParseArguments(definitions, arguments, warn);
        if (AnswersAndEnds(given))
        {
            return new FlagValues(definitions, given);
        }

        var file = given.GetValueOrDefault(ConfigFileFlag)
            ?? environment.GetValueOrDefault(definitions[ConfigFileFlag].EnvironmentVariable);
        if (!string.IsNullOrEmpty(file))
        {
            var fromFile = ConfigFile.Read(file, definitions, warn);
            Settle(definitions, fromFile, warn);
            return new FlagValues(definitions, fromFile) { File = file };
        }

        ParseEnvironment(definitions, environment, given, warn);
        OldSpellings.Translate(given);
        Settle(definitions, given, warn);
        return new FlagValues(definitions, given);
    }

    /// <summary>Parses the arguments of a tool: no file, no environment.</summary>
    /// <exception cref="ConfigException">A flag is unknown, or its value does not fit.</exception>
    public static FlagValues ParseTool(IEnumerable<FlagDefinition> flags, IReadOnlyList<string> arguments)
    {
        var definitions = flags.ToDictionary(static flag => flag.Name);
        return new FlagValues(definitions, ParseArguments(definitions, arguments, static _ => { }, isTool: true));
    }

    // --help and --version are answered whatever else is wrong.
    private static bool AnswersAndEnds(Dictionary<string, string> given)
        => given.ContainsKey("help") || given.ContainsKey("h") || (given.TryGetValue("version", out var version) && version is "true");

    private static Dictionary<string, string> ParseArguments(
        Dictionary<string, FlagDefinition> definitions, IReadOnlyList<string> arguments, Action<string> warn, bool isTool = false)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (!definitions.TryGetValue(name, out var flag))
            {
                throw new ConfigException(
                    isTool ? $"unknown flag: --{name}" : $"flag provided but not defined: -{name} (see --help)", ConfigException.Unreadable);
            }

            value ??= flag.MayBeBare ? "true" : ++i < arguments.Count ? arguments[i] : null;
            if (value is null)
            {
                throw new ConfigException($"flag needs an argument: {(isTool ? "--" : "-")}{name}", ConfigException.Unreadable);
            }

            if (FlagSyntax.FaultOf(flag, value) is { } fault)
            {
                throw new ConfigException(FlagSyntax.Line(flag, value, fault), ConfigException.Unreadable);
            }

            if (flag.Kind == FlagKind.Ignored)
            {
                warn($"flag \"-{name}\" is no longer supported - ignoring.");
            }

            // A tool's list grows with each time that it is named; of a server's flags the last stands.
            given[name] = isTool && flag.Kind == FlagKind.List && given.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        return given;
    }

    private static (string Name, string? Value) Split(string argument)
    {
        if (argument.Length < 2 || argument[0] != '-')
        {
            throw new ConfigException($"'{argument}' is not a valid flag");
        }

        var text = argument[(argument[1] == '-' ? 2 : 1)..];
        if (text.Length == 0 || text[0] is '-' or '=')
        {
            throw new ConfigException($"bad flag syntax: {argument}", ConfigException.Unreadable);
        }

        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
    }

    private static void ParseEnvironment(
        Dictionary<string, FlagDefinition> definitions,
        IReadOnlyDictionary<string, string> environment,
        Dictionary<string, string> given,
        Action<string> warn)
    {
        var byVariable = definitions.Values.ToDictionary(static flag => flag.EnvironmentVariable);
        foreach (var (variable, value) in environment.OrderBy(static v => v.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(Prefix, StringComparison.Ordinal) || SpecialVariables.Contains(variable))
            {
                continue;
            }

            if (!byVariable.TryGetValue(variable, out var flag))
            {
                warn($"unrecognized environment variable {variable}={value}");
            }
            else if (given.ContainsKey(flag.Name))
            {
                throw new ConfigException(
                    $"conflicting environment variable \"{variable}\" is shadowed by corresponding command-line flag "
                    + "(either unset environment variable or disable flag)");
            }
            else if (value.Length > 0)
            {
                given[flag.Name] = FlagSyntax.FaultOf(flag, value) is { } fault
                    ? throw new ConfigException($"invalid value \"{value}\" for {variable}: {fault}")
                    : value;
            }
        }
    }

    // Older names become the names of today; then everything that is without effect is told, in a steady order.
    private static void Settle(Dictionary<string, FlagDefinition> definitions, Dictionary<string, string> given, Action<string> warn)
    {
        foreach (var name in given.Keys.Where(name => definitions[name].SpellingOf is not null).Order(StringComparer.Ordinal).ToArray())
        {
            var today = definitions[name].SpellingOf!;
            given[today] = !given.ContainsKey(today)
                ? given[name]
                : throw new ConfigException($"cannot set --{name} and --{today} at the same time, please use --{today} only");
            warn($"--{name} is an old spelling of --{today}");
        }

        foreach (var name in given.Keys.Order(StringComparer.Ordinal))
        {
            if (definitions[name] is { Notice: { } notice, Kind: not FlagKind.Ignored })
            {
                warn($"--{name} is accepted and changes nothing: {notice}");
            }
        }
    }
}
