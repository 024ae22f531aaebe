// Unannotated like the genuine library, so that the same callers compile against both.
#nullable disable annotations
using System.Buffers;
using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>
/// What a key holds: the elements that were written one after the other. Text is concatenated, arrays are
/// appended and objects are merged when the value is read.
/// </summary>
public class HoconValue : IMightBeAHoconObject
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" \t\r\n$\"{}[]:=,#`^?!@*&\\+");

    public HoconValue()
    {
        Values = [];
    }

    public HoconValue(List<IHoconElement> values, bool adoptedFromFallback = true)
    {
        _ = adoptedFromFallback;
        Values = values;
    }

    public List<IHoconElement> Values { get; internal set; }

    public bool IsEmpty => Values.Count == 0 || (Values[0] is HoconObject first && first.Items.Count == 0);

    public void AppendValue(IHoconElement value) => Values.Add(value);

    public void NewValue(IHoconElement value)
    {
        Values.Clear();
        Values.Add(value);
    }

    public void Clear() => Values.Clear();

    public Config ToConfig() => new(new HoconRoot(this));

    /// <summary>A configuration that holds this value alone, under <paramref name="key"/>.</summary>
    public Config AtKey(string key)
    {
        var parent = new HoconObject();
        parent.Items[key] = this;
        return new Config(new HoconRoot(new HoconValue([parent])));
    }

    public bool IsObject() => GetObject() is not null;

    public HoconObject GetObject()
    {
        HoconObject found = null;
        foreach (var element in Values)
        {
            var part = element as HoconObject ?? (element as IMightBeAHoconObject)?.GetObject();
            if (part is not null)
            {
                found = found is null ? part : HoconObject.MergeShared(found, part);
            }
        }

        return found;
    }

    public HoconValue GetChildObject(string key) => GetObject()?.GetKey(key);

    public bool IsString()
    {
        foreach (var element in Values)
        {
            if (!element.IsString())
            {
                return false;
            }
        }

        return Values.Count > 0;
    }

    public string GetString()
    {
        if (!IsString())
        {
            return null;
        }

        var text = Values.Count == 1 ? Values[0].GetString() : string.Concat(Values.Select(v => v.GetString()));
        text = text?.Trim();
        return text == "null" ? null : text;
    }

    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        var other => throw new NotSupportedException($"Unknown boolean format: {other}"),
    };

    public byte GetByte() => byte.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public int GetInt() => int.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public long GetLong() => long.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public float GetFloat() => float.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public double GetDouble() => double.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public decimal GetDecimal() => decimal.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public long? GetByteSize()
    {
        var text = GetString();
        return string.IsNullOrEmpty(text) ? null : HoconUnits.ParseByteSize(text);
    }

    public TimeSpan GetTimeSpan(bool allowInfinite = true) => HoconUnits.ParseDuration(GetString() ?? "", allowInfinite);

    public bool IsArray() => Values.Exists(v => v.IsArray() && v.GetArray().Count > 0);

    public IList<HoconValue> GetArray()
    {
        var items = new List<HoconValue>();
        foreach (var element in Values)
        {
            if (element.IsArray())
            {
                items.AddRange(element.GetArray());
            }
        }

        return items;
    }

    public IList<bool> GetBooleanList() => ListOf(v => v.GetBoolean());

    public IList<byte> GetByteList() => ListOf(v => v.GetByte());

    public IList<int> GetIntList() => ListOf(v => v.GetInt());

    public IList<long> GetLongList() => ListOf(v => v.GetLong());

    public IList<float> GetFloatList() => ListOf(v => v.GetFloat());

    public IList<double> GetDoubleList() => ListOf(v => v.GetDouble());

    public IList<decimal> GetDecimalList() => ListOf(v => v.GetDecimal());

    public IList<string> GetStringList() => ListOf(v => v.GetString());

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent)
    {
        if (IsString())
        {
            return Quote(GetString() ?? "null", isKey: false);
        }

        if (GetObject() is { } child)
        {
            return indent == 0 ? child.ToString(0) : "{\n" + child.ToString(indent) + new string(' ', (indent - 1) * 2) + "}";
        }

        return "[" + string.Join(",", GetArray().Select(v => v.ToString(indent + 1))) + "]";
    }

    /// <summary>The text as it must be written to be read back as the same text.</summary>
    internal static string Quote(string text, bool isKey)
    {
        var plain = text.Length > 0 && !text.AsSpan().ContainsAny(NeedsQuotes)
            && !text.Contains("//", StringComparison.Ordinal) && !(isKey && text.Contains('.'));
        if (plain)
        {
            return text;
        }

        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return "\"" + escaped + "\"";
    }

    private List<T> ListOf<T>(Func<HoconValue, T> read) => GetArray().Select(read).ToList();
}
