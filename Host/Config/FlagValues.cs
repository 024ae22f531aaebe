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

    /// <summary>The configuration file that the values come from; null when they come from flags and environment.</summary>
    public string? File { get; init; }

    /// <summary>Whether command line, environment or file gave a value.</summary>
    public bool IsGiven(string name) => _given.ContainsKey(name);

    public string Text(string name) => _given.GetValueOrDefault(name, _definitions[name].Default);

    /// <summary>The text, or null when it is empty.</summary>
    public string? TextOrNull(string name) => Text(name) is { Length: > 0 } text ? text : null;

    public IReadOnlyList<string> List(string name)
        => Text(name).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public bool Switch(string name)
        => FlagSyntax.TryParseSwitch(Text(name), out var isOn) ? isOn : throw Invalid(name, "true or false");

    public long Number(string name, long min = 0, long max = long.MaxValue)
        => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
                ? number
                : throw Invalid(name, max == long.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}");

    /// <summary>A time that is not negative.</summary>
    public TimeSpan Duration(string name)
        => GoDuration.TryParse(Text(name), out var duration) && duration >= TimeSpan.Zero
            ? duration
            : throw Invalid(name, "a duration such as 10s");

    public IReadOnlyList<EtcdUrl> UrlsOrNone(string name) => Text(name).Length == 0 ? [] : Urls(name);

    public IReadOnlyList<EtcdUrl> Urls(string name)
    {
        try
        {
            return EtcdUrl.ParseList(Text(name), _definitions[name].TakesSockets);
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
