using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Cli.Ctl.Text;

/// <summary>Texts as programs in Go write and read them: quoted strings, numbers with their errors, durations.</summary>
internal static class GoText
{
    /// <summary>The text in double quotes with Go's escapes.</summary>
    public static string Quote(string text) => Quote(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as a quoted string: what is no UTF-8 stands as \x escapes.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var quoted = new StringBuilder(bytes.Length + 2);
        quoted.Append('"');
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out int used) != System.Buffers.OperationStatus.Done)
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{bytes[0]:x2}");
                bytes = bytes[1..];
                continue;
            }

            AppendRune(quoted, rune);
            bytes = bytes[used..];
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Reads an integer as strconv.ParseInt does; base 0 takes 0x, 0o and 0b too.</summary>
    public static bool TryParseInteger(string text, int numberBase, out long number, out string? refusal)
        => TryParse("ParseInt", text, numberBase, out number, out refusal);

    /// <summary>Reads an unsigned hexadecimal number as strconv.ParseUint does.</summary>
    public static bool TryParseHex(string text, out ulong number, out string? refusal)
    {
        refusal = null;
        if (ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        bool isNumber = text.Length > 0 && text.All(char.IsAsciiHexDigit);
        refusal = $"strconv.ParseUint: parsing {Quote(text)}: {(isNumber ? "value out of range" : "invalid syntax")}";
        return false;
    }

    /// <summary>A duration as Go prints it, such as 1.5s or 2m3.004s or 812.4µs.</summary>
    public static string Duration(TimeSpan duration)
    {
        long nanoseconds = duration.Ticks * 100;
        if (nanoseconds == 0)
        {
            return "0s";
        }

        if (duration < TimeSpan.FromSeconds(1))
        {
            (double unit, string name) = nanoseconds switch
            {
                < 1_000 => (1.0, "ns"),
                < 1_000_000 => (1e3, "µs"),
                _ => (1e6, "ms"),
            };
            return (nanoseconds / unit).ToString("0.######", CultureInfo.InvariantCulture) + name;
        }

        double seconds = duration.TotalSeconds % 60;
        long minutes = (long)duration.TotalMinutes;
        string text = seconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s";
        return minutes switch
        {
            0 => text,
            < 60 => $"{minutes}m{text}",
            _ => $"{minutes / 60}h{minutes % 60}m{text}",
        };
    }

    /// <summary>
    /// Reads a duration such as 1m30s. The server's configuration has the same with vectors; compiling those would take a
    /// short command longer than all else that it does.
    /// </summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        double seconds = 0;
        int at = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
            {
                digits++;
            }

            int end = digits;
            while (end < text.Length && !char.IsAsciiDigit(text[end]) && text[end] != '.')
            {
                end++;
            }

            double unit = text[digits..end] switch
            {
                "ns" => 1e-9,
                "us" or "µs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                _ => 0,
            };
            bool isNumber = double.TryParse(text.AsSpan(at, digits - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
            if (!isNumber || unit == 0)
            {
                return text == "0";
            }

            seconds += number * unit;
            at = end;
        }

        duration = TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
        return text.Length > 0;
    }

    /// <summary>Why a text is no duration.</summary>
    public static string DurationRefusal(string text)
    {
        string rest = text.TrimStart('-', '+');
        int digits = rest.TakeWhile(static sign => char.IsAsciiDigit(sign) || sign == '.').Count();
        string unit = string.Concat(rest[digits..].TakeWhile(static sign => !char.IsAsciiDigit(sign) && sign != '.'));
        if (digits == 0 || rest[..digits] == ".")
        {
            return $"time: invalid duration {Quote(text)}";
        }

        return unit.Length == 0
            ? $"time: missing unit in duration {Quote(text)}"
            : $"time: unknown unit {Quote(unit)} in duration {Quote(text)}";
    }

    private static bool TryParse(string function, string text, int numberBase, out long number, out string? refusal)
    {
        refusal = null;
        number = 0;
        bool negative = text.StartsWith('-');
        string digits = negative || text.StartsWith('+') ? text[1..] : text;
        int radix = numberBase == 0 ? 10 : numberBase;
        if (numberBase == 0 && digits.Length > 1 && digits[0] == '0')
        {
            (radix, digits) = char.ToLowerInvariant(digits[1]) switch
            {
                'x' => (16, digits[2..]),
                'b' => (2, digits[2..]),
                'o' => (8, digits[2..]),
                _ => (8, digits[1..]),
            };
        }

        ulong value = 0;
        bool fits = true;
        foreach (char digit in digits)
        {
            int worth = WorthOf(digit);
            if (worth >= radix)
            {
                digits = "";
                break;
            }

            fits = fits && value <= (ulong.MaxValue - (ulong)worth) / (ulong)radix;
            value = unchecked((value * (ulong)radix) + (ulong)worth);
        }

        fits = fits && value <= (ulong)long.MaxValue + (negative ? 1ul : 0);
        if (digits.Length > 0 && fits)
        {
            number = negative ? unchecked(-(long)value) : (long)value;
            return true;
        }

        string why = digits.Length == 0 ? "invalid syntax" : "value out of range";
        refusal = $"strconv.{function}: parsing {Quote(text)}: {why}";
        return false;
    }

    private static int WorthOf(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => int.MaxValue,
    };

    private static void AppendRune(StringBuilder quoted, Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                quoted.Append('\\').Append((char)rune.Value);
                return;
            case '\a' or '\b' or '\f' or '\n' or '\r' or '\t' or '\v':
                quoted.Append('\\').Append("abtnvfr"[rune.Value - '\a']);
                return;
            case < ' ' or 0x7f:
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                return;
        }

        if (IsPrintable(rune))
        {
            quoted.Append(rune.ToString());
        }
        else
        {
            quoted.Append(rune.Value > 0xffff ? $"\\U{rune.Value:x8}" : $"\\u{rune.Value:x4}");
        }
    }

    // Letters, marks, numbers, punctuation, symbols, and of the spaces only the usual one.
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
