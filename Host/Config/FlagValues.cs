using System.Globalization;

namespace ActorEtcd.Host.Config;

/// <summary>The values of all flags after command line and environment were read.</summary>
public sealed class FlagValues
{
    private readonly IReadOnlyDictionary<string, FlagDefinition> _definitions;
    private readonly Dictionary<string, string> _given;

    internal FlagValues(IReadOnlyDictionary<string, FlagDefinition> definitions, Dictionary<string, string> given)
    {
        _definitions = definitions;
        _given = given;
    }

    /// <summary>Whether command line or environment gave a value.</summary>
    public bool IsGiven(string name) => _given.ContainsKey(name);

    public string Text(string name) => _given.GetValueOrDefault(name, _definitions[name].Default);

    public bool Switch(string name) => Text(name).ToUpperInvariant() switch
    {
        "TRUE" or "T" or "1" => true,
        "FALSE" or "F" or "0" => false,
        _ => throw Invalid(name, "true or false"),
    };

    public long Number(string name, long min = 0, long max = long.MaxValue)
        => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
                ? number
                : throw Invalid(name, max == long.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}");

    public IReadOnlyList<EtcdUrl> Urls(string name)
    {
        try
        {
            return EtcdUrl.ParseList(Text(name));
        }
        catch (ConfigException error)
        {
            throw Invalid(name, error);
        }
    }

    private ConfigException Invalid(string name, string expected)
        => new($"invalid value \"{Text(name)}\" for flag --{name}: expected {expected}");

    private ConfigException Invalid(string name, ConfigException inner)
        => new($"invalid value \"{Text(name)}\" for flag --{name}: {inner.Message}");
}
