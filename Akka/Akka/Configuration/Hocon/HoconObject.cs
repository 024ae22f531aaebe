using System.Text;

namespace Akka.Configuration.Hocon;

public class HoconObject : IHoconElement
{
    public Dictionary<string, HoconValue> Items { get; } = new(StringComparer.Ordinal);

    public bool IsString() => false;

    public string GetString() => throw new InvalidOperationException("This element is an object.");

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new InvalidOperationException("This element is an object.");

    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    public HoconValue GetOrCreateKey(string key)
    {
        if (!Items.TryGetValue(key, out var value))
        {
            value = new HoconValue();
            Items.Add(key, value);
        }

        return value;
    }

    /// <summary>Adds the entries of <paramref name="other"/>, which win where both have a plain value.</summary>
    public void Merge(HoconObject other)
    {
        foreach (var (key, value) in other.Items)
        {
            Items[key] = Items.TryGetValue(key, out var mine) ? Combine(mine, value) : value;
        }
    }

    public override string ToString() => ToString(0);

    public string ToString(int indent)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Items)
        {
            text.Append(' ', indent * 2)
                .Append(HoconValue.Quote(key, isKey: true))
                .Append(" : ")
                .Append(value.ToString(indent + 1))
                .Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A new object with the entries of both; changes neither, and shares what only one of them has.</summary>
    internal static HoconObject MergeShared(HoconObject fallback, HoconObject preferred)
    {
        var merged = new HoconObject();
        merged.Items.EnsureCapacity(fallback.Items.Count + preferred.Items.Count);
        foreach (var (key, value) in fallback.Items)
        {
            merged.Items.Add(key, value);
        }

        merged.Merge(preferred);
        return merged;
    }

    private static HoconValue Combine(HoconValue fallback, HoconValue preferred) =>
        fallback.GetObject() is { } below && preferred.GetObject() is { } above
            ? new HoconValue([MergeShared(below, above)])
            : preferred;
}
