namespace ActorEtcd.Host.Config;

/// <summary>
/// Reads flags as Go's flag package and etcd do: one dash or two, <c>--name=value</c> or <c>--name value</c>, bare
/// switches, the last one wins; then <c>ETCD_*</c> variables for what the command line left open.
/// </summary>
public static class FlagParser
{
    /// <param name="warn">Told of environment variables that have no effect.</param>
    /// <exception cref="ConfigException">A flag is unknown or lacks its value.</exception>
    public static FlagValues Parse(
        IEnumerable<FlagDefinition> flags,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string> warn)
    {
        var definitions = flags.ToDictionary(static flag => flag.Name);
        var given = ParseArguments(definitions, arguments);
        ParseEnvironment(definitions, environment, given, warn);
        return new FlagValues(definitions, given);
    }

    private static Dictionary<string, string> ParseArguments(
        Dictionary<string, FlagDefinition> definitions, IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-')
            {
                throw new ConfigException($"'{argument}' is not a valid flag");
            }

            var text = argument.TrimStart('-');
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            if (argument.Length - text.Length > 2 || !definitions.TryGetValue(name, out var definition))
            {
                throw new ConfigException($"flag provided but not defined: -{name} (see --help)");
            }

            if (equals >= 0)
            {
                given[name] = text[(equals + 1)..];
            }
            else if (definition.Kind == FlagKind.Switch)
            {
                given[name] = "true";
            }
            else if (++i < arguments.Count)
            {
                given[name] = arguments[i];
            }
            else
            {
                throw new ConfigException($"flag needs an argument: -{name}");
            }
        }

        return given;
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
            if (!variable.StartsWith("ETCD_", StringComparison.Ordinal))
            {
                continue;
            }

            if (!byVariable.TryGetValue(variable, out var definition))
            {
                warn($"unrecognized environment variable {variable}={value}");
            }
            else if (given.ContainsKey(definition.Name))
            {
                warn($"environment variable {variable}={value} is shadowed by the flag --{definition.Name}");
            }
            else if (value.Length > 0)
            {
                given[definition.Name] = value;
            }
        }
    }
}
