using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>
/// Writes JSON as Go's encoder does for etcd's messages: no blanks, fields in the order of their declaration, zero values
/// left out unless asked for, bytes in base 64.
/// </summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private bool _needsComma;

    public JsonText Begin(string? name = null)
    {
        Name(name);
        _text.Append('{');
        _needsComma = false;
        return this;
    }

    public JsonText End()
    {
        _text.Append('}');
        _needsComma = true;
        return this;
    }

    public JsonText Field(string name, long value, bool always = false) => value == 0 && !always ? this : Raw(name, Number(value));

    public JsonText Field(string name, ulong value, bool always = false) => value == 0 && !always ? this : Raw(name, Number(value));

    public JsonText Field(string name, bool value, bool always = false)
        => !value && !always ? this : Raw(name, value ? "true" : "false");

    public JsonText Field(string name, string value, bool always = false)
        => value.Length == 0 && !always ? this : Raw(name, Quoted(value));

    public JsonText Field(string name, ByteString value) => value.IsEmpty ? this : Raw(name, $"\"{value.ToBase64()}\"");

    public JsonText Field(string name, IEnumerable<string> values)
    {
        string list = string.Join(',', values.Select(Quoted));
        return list.Length == 0 ? this : Raw(name, $"[{list}]");
    }

    /// <summary>A list of objects; without any it is left out, or null when it is always there.</summary>
    public JsonText List<T>(string name, IReadOnlyCollection<T> items, Action<JsonText, T> write, bool always = false)
    {
        return items.Count > 0 ? Array(name, items, write)
            : always ? Raw(name, "null")
            : this;
    }

    /// <summary>A list of objects that is there even when it is empty.</summary>
    public JsonText Array<T>(string name, IReadOnlyCollection<T> items, Action<JsonText, T> write)
    {
        Name(name);
        return Items(items, write);
    }

    public JsonText Items<T>(IReadOnlyCollection<T> items, Action<JsonText, T> write)
    {
        _text.Append('[');
        _needsComma = false;
        foreach (var item in items)
        {
            write(this, item);
        }

        _text.Append(']');
        _needsComma = true;
        return this;
    }

    public JsonText Raw(string? name, string json)
    {
        Name(name);
        _text.Append(json);
        _needsComma = true;
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Name(string? name)
    {
        if (_needsComma)
        {
            _text.Append(',');
        }

        if (name != null)
        {
            _text.Append('"').Append(name).Append("\":");
        }

        _needsComma = false;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Quoted(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (char sign in value)
        {
            switch (sign)
            {
                case '"' or '\\':
                    text.Append('\\').Append(sign);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}");
                    break;
                default:
                    text.Append(sign);
                    break;
            }
        }

        return text.Append('"').ToString();
    }
}
