using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Cli.Ctl.Text;

/// <summary>Reads a line piece by piece as Go's Sscanf does with %q and %s.</summary>
internal sealed class GoScanner
{
    private readonly string _text;
    private int _at;

    public GoScanner(string text)
    {
        _text = text;
    }

    /// <summary>Takes exactly this text.</summary>
    public bool TryTake(char expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    public void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    /// <summary>Everything up to a blank.</summary>
    public bool TryWord(out string word)
    {
        SkipBlanks();
        int begin = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        word = _text[begin.._at];
        return word.Length > 0;
    }

    /// <summary>A string in double quotes with escapes, or in back quotes without.</summary>
    public bool TryQuoted(out byte[] value)
    {
        SkipBlanks();
        value = [];
        if (TryTake('`'))
        {
            int end = _text.IndexOf('`', _at);
            if (end < 0)
            {
                return false;
            }

            value = Encoding.UTF8.GetBytes(_text[_at..end]);
            _at = end + 1;
            return true;
        }

        if (!TryTake('"'))
        {
            return false;
        }

        var bytes = new List<byte>();
        while (_at < _text.Length)
        {
            if (TryTake('"'))
            {
                value = [.. bytes];
                return true;
            }

            if (!TryTake('\\'))
            {
                Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out int used);
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                _at += used;
            }
            else if (!TryEscape(bytes))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryEscape(List<byte> bytes)
    {
        if (_at >= _text.Length)
        {
            return false;
        }

        char kind = _text[_at++];
        int simple = "abtnvfr\\\"".IndexOf(kind, StringComparison.Ordinal);
        if (simple >= 0)
        {
            bytes.Add((byte)"\a\b\t\n\v\f\r\\\""[simple]);
            return true;
        }

        (int digits, int numberBase) = kind switch
        {
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            >= '0' and <= '7' => (3, 8),
            _ => (0, 0),
        };
        int begin = kind is >= '0' and <= '7' ? _at - 1 : _at;
        if (digits == 0 || begin + digits > _text.Length)
        {
            return false;
        }

        string number = _text.Substring(begin, digits);
        _at = begin + digits;
        if (numberBase == 8)
        {
            bytes.Add((byte)Convert.ToInt32(number, 8));
            return true;
        }

        if (!int.TryParse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            return false;
        }

        if (kind == 'x')
        {
            bytes.Add((byte)value);
        }
        else if (!Rune.IsValid(value))
        {
            return false;
        }
        else
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(new Rune(value).ToString()));
        }

        return true;
    }
}
