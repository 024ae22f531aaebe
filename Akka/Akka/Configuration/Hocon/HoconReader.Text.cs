using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>The characters: blanks, comments, the three kinds of text, and where an error is.</summary>
internal sealed partial class HoconReader
{
    private bool AtComment() =>
        Current == '#' || (Current == '/' && _index + 1 < _text.Length && _text[_index + 1] == '/');

    private bool AtAppend() => Current == '+' && _index + 1 < _text.Length && _text[_index + 1] == '=';

    private bool AtTripleQuote() => string.CompareOrdinal(_text, _index, "\"\"\"", 0, 3) == 0;

    private bool AtInclude()
    {
        const string Keyword = "include";
        if (Current != 'i' || string.CompareOrdinal(_text, _index, Keyword, 0, Keyword.Length) != 0)
        {
            return false;
        }

        var after = _index + Keyword.Length;
        while (after < _text.Length && _text[after] is ' ' or '\t')
        {
            after++;
        }

        return after > _index + Keyword.Length && after < _text.Length && _text[after] == '"';
    }

    private void SkipSpace()
    {
        while (!AtEnd && Current is ' ' or '\t')
        {
            _index++;
        }
    }

    private void SkipBlank()
    {
        for (; ; )
        {
            while (!AtEnd && (char.IsWhiteSpace(Current) || Current == '\uFEFF'))
            {
                _index++;
            }

            if (!AtComment())
            {
                return;
            }

            var end = _text.IndexOf('\n', _index);
            _index = end < 0 ? _text.Length : end + 1;
        }
    }

    private string ReadUnquoted()
    {
        var start = _index;
        if (Current is ' ' or '\t')
        {
            SkipSpace();
            return _text[start.._index];
        }

        while (!AtEnd && !char.IsWhiteSpace(Current) && !NotInUnquotedText.Contains(Current) && !AtComment())
        {
            _index++;
        }

        if (Current is '=' or ':')
        {
            throw new ConfigurationException(Message(
                $"Unquoted text cannot contain '{Current}'; put an address in quotes and an object in braces", _index));
        }

        return _index > start ? _text[start.._index] : throw Error($"Expected a value, found {Describe()}");
    }

    private string ReadTripleQuoted()
    {
        var start = _index + 3;
        var end = _text.IndexOf("\"\"\"", start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error("Expected \"\"\" to close the text");
        }

        _index = end + 3;
        return _text[start..end];
    }

    private string ReadQuoted()
    {
        var opened = _index++;
        var rest = _text.AsSpan(_index);
        var plain = rest.IndexOfAny('"', '\\');
        if (plain >= 0 && rest[plain] == '"')
        {
            _index += plain + 1;
            return rest[..plain].ToString();
        }

        var text = new StringBuilder();
        while (!AtEnd && Current != '"')
        {
            text.Append(Current == '\\' ? ReadEscape() : Current);
            _index++;
        }

        if (AtEnd)
        {
            throw Error("Expected '\"' to close the text", opened);
        }

        _index++;
        return text.ToString();
    }

    // Leaves the index on the last character of the escape sequence.
    private char ReadEscape()
    {
        _index++;
        switch (Current)
        {
            case '"' or '\\' or '/':
                return Current;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _index + 4 < _text.Length
                && ushort.TryParse(_text.AsSpan(_index + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code):
                _index += 4;
                return (char)code;
            default:
                throw Error($"Unknown escape code: {Describe()}");
        }
    }

    private string Describe() => AtEnd ? "the end of the text" : Current switch
    {
        '\n' or '\r' => "the end of the line",
        var c => $"'{c}'",
    };

    private FormatException Error(string problem) => Error(problem, _index);

    private FormatException Error(string problem, int at) => new(Message(problem, at));

    private string Message(string problem, int at)
    {
        at = Math.Min(at, _text.Length);
        var start = at == 0 ? 0 : _text.LastIndexOf('\n', at - 1) + 1;
        var end = _text.IndexOf('\n', at);
        var line = _text[start..(end < 0 ? _text.Length : end)].TrimEnd('\r');
        return $"{problem} at line {LineAt(at)}, column {at - start + 1}: {line.Trim()}";
    }

    private int LineAt(int at) => _text.AsSpan(0, at).Count('\n') + 1;
}
