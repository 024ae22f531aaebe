using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>Reads flags as Go's flag package does: one dash or two, and nothing is a flag behind the first argument.</summary>
internal sealed class V2Flags
{
    private readonly V2Flag[] _flags;
    private readonly Dictionary<string, string> _values = [];

    public V2Flags(V2Flag[] flags)
    {
        _flags = flags;
    }

    public List<string> Arguments { get; } = [];

    public bool WantsHelp { get; private set; }

    /// <exception cref="FormatException">A flag is unknown or has a wrong value.</exception>
    public void Parse(IReadOnlyList<string> words)
    {
        int at = 0;
        while (at < words.Count && words[at].Length > 1 && words[at][0] == '-')
        {
            string word = words[at++];
            if (word == "--")
            {
                break;
            }

            at += Take(word.TrimStart('-'), at < words.Count ? words[at] : null);
        }

        Arguments.AddRange(words.Skip(at));
    }

    /// <summary>
    /// The same for the words behind a command: its flags, each with the word behind it unless that is a flag too, come before
    /// the arguments, wherever they stand. Nothing behind "--" is moved.
    /// </summary>
    /// <exception cref="FormatException">A flag is unknown or has a wrong value.</exception>
    public void ParseReordered(IReadOnlyList<string> words)
    {
        List<string> flags = [], arguments = [];
        bool mayBeValue = false;
        for (int i = 0; i < words.Count; i++)
        {
            bool isFlag = IsFlag(words[i]);
            if (mayBeValue && !isFlag)
            {
                flags.Add(words[i]);
                mayBeValue = false;
            }
            else if (words[i] == "--")
            {
                arguments.AddRange(words.Skip(i));
                break;
            }
            else
            {
                (isFlag ? flags : arguments).Add(words[i]);
                mayBeValue = isFlag && !words[i].Contains('=', StringComparison.Ordinal);
            }
        }

        Parse([.. flags, .. arguments]);
    }

    public string Text(string name)
        => _values.TryGetValue(name, out string? value) ? value : _flags.First(flag => flag.Names[0] == name).Default;

    public bool Switch(string name) => CtlFlagValues.ParseSwitch(Text(name)) == true;

    public long Number(string name) => GoText.TryParseInteger(Text(name), 0, out long number, out _) ? number : 0;

    public TimeSpan Duration(string name) => GoText.TryParseDuration(Text(name), out var duration) ? duration : TimeSpan.Zero;

    private bool IsFlag(string word)
    {
        if (word.Length < 2 || word[0] != '-' || word == "--")
        {
            return false;
        }

        string name = word[(word[1] == '-' ? 2 : 1)..].Split('=')[0];
        return name is "h" or "help" || _flags.Any(flag => flag.Names.Contains(name));
    }

    private int Take(string text, string? next)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        var flag = _flags.FirstOrDefault(flag => flag.Names.Contains(name));
        if (flag == null)
        {
            WantsHelp |= name is "h" or "help";
            return name is "h" or "help" ? 0 : throw new FormatException($"flag provided but not defined: -{name}");
        }

        bool isSwitch = flag.Kind == CtlFlagKind.Switch;
        string value = equals >= 0 ? text[(equals + 1)..]
            : isSwitch ? "true"
            : next ?? throw new FormatException($"flag needs an argument: -{name}");
        Check(flag, name, value);
        _values[flag.Names[0]] = flag.Kind == CtlFlagKind.List && _values.TryGetValue(flag.Names[0], out string? before)
            ? before + "\n" + value
            : value;
        return equals < 0 && !isSwitch ? 1 : 0;
    }

    private static void Check(V2Flag flag, string name, string value)
    {
        string? reason = flag.Kind switch
        {
            CtlFlagKind.Switch when CtlFlagValues.ParseSwitch(value) == null => $"boolean value {GoText.Quote(value)} for",
            CtlFlagKind.Number when !GoText.TryParseInteger(value, 0, out _, out _) => $"value {GoText.Quote(value)} for flag",
            CtlFlagKind.Duration when !GoText.TryParseDuration(value, out _) => $"value {GoText.Quote(value)} for flag",
            _ => null,
        };
        if (reason != null)
        {
            throw new FormatException($"invalid {reason} -{name}: parse error");
        }
    }
}
