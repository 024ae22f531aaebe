// Unannotated like the genuine library, so that the same callers compile against both.
#nullable disable annotations
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// An immutable tree of settings with an optional chain of fallbacks. The two are merged when a value is first
/// asked for; parts that only one side has are shared, never copied.
/// </summary>
public class Config
{
    public static readonly Config Empty = new();

    private readonly HoconValue _own;
    private HoconValue _merged;

    public Config()
    {
        _own = new HoconValue();
        Substitutions = [];
    }

    public Config(HoconRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        _own = root.Value ?? throw new ArgumentNullException(nameof(root), "The root value cannot be null.");
        Substitutions = root.Substitutions;
    }

    public Config(Config source, Config fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        _own = source.Root;
        _merged = source.Root;
        Fallback = fallback;
        Substitutions = source.Substitutions;
    }

    private Config(HoconValue own, IEnumerable<HoconSubstitution> substitutions, Config fallback)
    {
        _own = own;
        Substitutions = substitutions;
        Fallback = fallback;
    }

    public Config Fallback { get; }

    public IEnumerable<HoconSubstitution> Substitutions { get; set; }

    public virtual bool IsEmpty => _own.IsEmpty;

    /// <summary>The settings merged with those of all fallbacks.</summary>
    public HoconValue Root => _merged ??= Fallback is null ? _own : Merge(_own, Fallback.Root);

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public static Config operator +(Config config, string fallback) =>
        config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    /// <summary>These settings, and those of <paramref name="fallback"/> where these have none.</summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
        {
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        }

        if (fallback is null || HasFallback(fallback))
        {
            return this;
        }

        return IsEmpty ? fallback : Copy(fallback);
    }

    public virtual bool HasPath(string path) => GetNode(path) is not null;

    public HoconValue GetValue(string path) => GetNode(path);

    public virtual Config GetConfig(string path)
    {
        var node = GetNode(path);
        return node is null ? null : new Config(new HoconRoot(node));
    }

    public virtual string GetString(string path, string @default = null)
    {
        var node = GetNode(path);
        return node is null ? @default : node.GetString();
    }

    public virtual bool GetBoolean(string path, bool @default = false) => GetNode(path)?.GetBoolean() ?? @default;

    public virtual int GetInt(string path, int @default = 0) => GetNode(path)?.GetInt() ?? @default;

    public virtual long GetLong(string path, long @default = 0) => GetNode(path)?.GetLong() ?? @default;

    public virtual float GetFloat(string path, float @default = 0) => GetNode(path)?.GetFloat() ?? @default;

    public virtual double GetDouble(string path, double @default = 0) => GetNode(path)?.GetDouble() ?? @default;

    public virtual decimal GetDecimal(string path, decimal @default = 0) => GetNode(path)?.GetDecimal() ?? @default;

    public virtual long? GetByteSize(string path) => GetNode(path)?.GetByteSize();

    public virtual long? GetByteSize(string path, long? def = null)
    {
        var node = GetNode(path);
        return node is null ? def : node.GetByteSize();
    }

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetNode(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    public virtual IList<string> GetStringList(string path) => GetNode(path)?.GetStringList() ?? [];

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        GetNode(path)?.GetStringList() ?? defaultPaths;

    public virtual IList<bool> GetBooleanList(string path) => Required(path).GetBooleanList();

    public virtual IList<byte> GetByteList(string path) => Required(path).GetByteList();

    public virtual IList<decimal> GetDecimalList(string path) => Required(path).GetDecimalList();

    public virtual IList<double> GetDoubleList(string path) => Required(path).GetDoubleList();

    public virtual IList<float> GetFloatList(string path) => Required(path).GetFloatList();

    public virtual IList<int> GetIntList(string path) => Required(path).GetIntList();

    public virtual IList<long> GetLongList(string path) => Required(path).GetLongList();

    /// <summary>The top-level entries, those of the fallbacks included.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() =>
        Root.GetObject()?.Items ?? Enumerable.Empty<KeyValuePair<string, HoconValue>>();

    public override string ToString() => _own.IsEmpty ? "" : _own.ToString();

    public string ToString(bool includeFallback) => includeFallback ? Root.ToString() : ToString();

    protected Config Copy(Config fallback = null) =>
        new(_own, Substitutions, Fallback is null ? fallback : fallback is null ? Fallback : Fallback.WithFallback(fallback));

    private static HoconValue Merge(HoconValue own, HoconValue fallback)
    {
        var (ownObject, fallbackObject) = (own.GetObject(), fallback.GetObject());
        if (ownObject is null || fallbackObject is null)
        {
            return ownObject is null && own.IsEmpty ? fallback : own;
        }

        return new HoconValue([HoconObject.MergeShared(fallbackObject, ownObject)]);
    }

    // The same defaults are often added again by each extension; merging them once more changes nothing.
    private bool HasFallback(Config fallback)
    {
        if (fallback.Fallback is not null)
        {
            return false;
        }

        for (var current = this; current is not null; current = current.Fallback)
        {
            if (ReferenceEquals(current._own, fallback._own))
            {
                return true;
            }
        }

        return false;
    }

    private HoconValue Required(string path) =>
        GetNode(path) ?? throw new ConfigurationException($"The configuration has no value at '{path}'");

    private HoconValue GetNode(string path)
    {
        var node = Root;
        if (!path.Contains('"'))
        {
            for (var start = 0; node is not null;)
            {
                var dot = path.IndexOf('.', start);
                if (dot < 0)
                {
                    return node.GetChildObject(start == 0 ? path : path[start..]);
                }

                node = node.GetChildObject(path[start..dot]);
                start = dot + 1;
            }

            return null;
        }

        foreach (var key in HoconPath.Split(path))
        {
            node = node.GetChildObject(key);
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }
}
