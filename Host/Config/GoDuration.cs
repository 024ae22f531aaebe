using System.Buffers;
using System.Globalization;

namespace ActorEtcd.Host.Config;

/// <summary>Durations as Go writes them: numbers with units, such as 1h30m or 1.5s.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan();
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return rest.SequenceEqual("0");
            }

            rest = rest[digits..];
            var unitEnd = rest.IndexOfAny(Digits);
            var unit = unitEnd < 0 ? rest : rest[..unitEnd];
            if (UnitOf(unit) is not { } ticks || number * ticks > TimeSpan.MaxValue.Ticks / 2.0)
            {
                return false;
            }

            duration += TimeSpan.FromTicks((long)(number * ticks));
            rest = rest[unit.Length..];
        }

        return true;
    }

    private static double? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.01,
        "us" or "µs" => TimeSpan.TicksPerMicrosecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => null,
    };
}
