namespace ActorEtcd.Host.Config;

/// <summary>etcd's feature gates (<c>--feature-gates</c>), and the older flags that say the same of one of them.</summary>
public sealed class FeatureGates
{
    public const string InitialCorruptCheck = "InitialCorruptCheck";
    public const string CompactHashCheck = "CompactHashCheck";

    private const string AllAlpha = "AllAlpha";
    private const string AllBeta = "AllBeta";

    private static readonly (string Name, bool Default, bool IsAlpha)[] Known =
    [
        ("StopGRPCServiceOnDefrag", false, true),
        (InitialCorruptCheck, false, true),
        (CompactHashCheck, false, true),
        ("TxnModeWriteWithSharedBuffer", true, false),
        ("LeaseCheckpoint", false, true),
        ("LeaseCheckpointPersist", false, true),
        ("SetMemberLocalAddr", false, true),
        ("PriorityRequest", false, true),
        ("FastLeaseKeepAlive", true, false),
    ];

    private static readonly (string Flag, string Feature)[] OldFlags =
    [
        ("experimental-stop-grpc-service-on-defrag", "StopGRPCServiceOnDefrag"),
        ("experimental-initial-corrupt-check", InitialCorruptCheck),
        ("experimental-compact-hash-check-enabled", CompactHashCheck),
        ("experimental-txn-mode-write-with-shared-buffer", "TxnModeWriteWithSharedBuffer"),
        ("experimental-enable-lease-checkpoint", "LeaseCheckpoint"),
        ("experimental-enable-lease-checkpoint-persist", "LeaseCheckpointPersist"),
    ];

    /// <summary>Nothing is switched otherwise than by default.</summary>
    public static readonly FeatureGates Default = new([]);

    private readonly Dictionary<string, bool> _given;

    private FeatureGates(Dictionary<string, bool> given) => _given = given;

    /// <summary>The names that may be given.</summary>
    public static IEnumerable<string> Names => Known.Select(static feature => feature.Name);

    /// <summary>Every feature with its stage and whether it is on.</summary>
    public IEnumerable<(string Name, string Stage, bool IsOn)> All
        => Known.Select(feature => (feature.Name, feature.IsAlpha ? "ALPHA" : "BETA", IsEnabled(feature.Name)));

    public bool IsEnabled(string name)
    {
        var feature = Known.Single(known => known.Name == name);
        return _given.TryGetValue(name, out var isOn) ? isOn
            : _given.TryGetValue(feature.IsAlpha ? AllAlpha : AllBeta, out var all) ? all
            : feature.Default;
    }

    /// <exception cref="ConfigException">A feature is unknown, or is switched in two ways at once.</exception>
    public static FeatureGates Read(FlagValues flags)
    {
        var given = Read(flags.Text("feature-gates"), isFlag: flags.File is null);
        foreach (var (flag, feature) in OldFlags.Where(old => flags.IsGiven(old.Flag)))
        {
            var isOn = flags.Switch(flag);
            if (!given.TryAdd(feature, isOn))
            {
                throw new ConfigException(
                    $"cannot specify both flags: --{flag}={Go(isOn)} and --feature-gates={feature}={Go(given[feature])} at the same time, "
                    + $"please just use --feature-gates={feature}={Go(given[feature])}");
            }
        }

        var gates = new FeatureGates(given);
        return gates.IsEnabled("LeaseCheckpoint") || !gates.IsEnabled("LeaseCheckpointPersist")
            ? gates
            : throw new ConfigException("enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint");
    }

    // A flag that cannot be read ends etcd with the code of an unreadable command line.
    private static Dictionary<string, bool> Read(string text, bool isFlag)
    {
        try
        {
            return Parse(text);
        }
        catch (ConfigException wrong) when (isFlag)
        {
            throw new ConfigException($"invalid value \"{text}\" for flag -feature-gates: {wrong.Message}", ConfigException.Unreadable);
        }
    }

    private static Dictionary<string, bool> Parse(string text)
    {
        var given = new Dictionary<string, bool>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new ConfigException($"missing bool value for {part}");
            }

            var name = part[..equals].Trim();
            if (name is not (AllAlpha or AllBeta) && !Names.Contains(name))
            {
                throw new ConfigException($"unrecognized feature gate: {name}");
            }

            var value = part[(equals + 1)..].Trim();
            given[name] = FlagSyntax.TryParseSwitch(value, out var isOn)
                ? isOn
                : throw new ConfigException($"invalid value of {name}={value}: expected true or false");
        }

        return given;
    }

    private static string Go(bool value) => value ? "true" : "false";
}
