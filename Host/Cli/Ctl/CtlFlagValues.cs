using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>The flags of one call: given on the command line, else by the environment, else the defaults.</summary>
internal sealed class CtlFlagValues
{
    private readonly Dictionary<string, CtlFlag> _flags = [];
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _given = [];

    public CtlFlagValues(IEnumerable<CtlFlag> flags)
    {
        foreach (var flag in flags)
        {
            _flags.TryAdd(flag.Name, flag);
        }
    }

    public CtlFlag? Find(string name) => _flags.GetValueOrDefault(name);

    public CtlFlag? Find(char shorthand) => _flags.Values.FirstOrDefault(flag => flag.Short == shorthand);

    /// <exception cref="CtlException">The value is none of the flag's kind.</exception>
    public void Set(CtlFlag flag, string value, bool byCommandLine = true)
    {
        if (Refusal(flag.Kind, value) is { } reason)
        {
            string spelled = flag.Short == '\0' ? $"--{flag.Name}" : $"-{flag.Short}, --{flag.Name}";
            throw new CtlException(CtlExit.Error, $"invalid argument {GoText.Quote(value)} for {GoText.Quote(spelled)} flag: {reason}");
        }

        if (flag.Kind == CtlFlagKind.List && byCommandLine && _given.Contains(flag.Name))
        {
            value = _values[flag.Name] + "," + value;
        }

        _values[flag.Name] = value;
        if (byCommandLine)
        {
            _given.Add(flag.Name);
        }
    }

    /// <summary>True when the command line has it.</summary>
    public bool IsGiven(string name) => _given.Contains(name);

    public string Text(string name) => _values.TryGetValue(name, out var value) ? value : _flags[name].Default;

    public bool Switch(string name) => ParseSwitch(Text(name)) == true;

    public long Number(string name) => GoText.TryParseInteger(Text(name), 0, out var number, out _) ? number : 0;

    public TimeSpan Duration(string name) => GoText.TryParseDuration(Text(name), out var duration) ? duration : TimeSpan.Zero;

    public IReadOnlyList<string> List(string name)
        => Text(name) is { Length: > 0 } text ? text.Split(',') : [];

    public static bool? ParseSwitch(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    private static string? Refusal(CtlFlagKind kind, string value)
    {
        switch (kind)
        {
            case CtlFlagKind.Switch:
                return ParseSwitch(value) == null ? $"strconv.ParseBool: parsing {GoText.Quote(value)}: invalid syntax" : null;
            case CtlFlagKind.Number:
                return GoText.TryParseInteger(value, 0, out _, out string? reason) ? null : reason;
            case CtlFlagKind.Duration:
                return GoText.TryParseDuration(value.TrimStart('-'), out _)
                    ? null
                    : GoText.DurationRefusal(value);
            default:
                return null;
        }
    }
}
