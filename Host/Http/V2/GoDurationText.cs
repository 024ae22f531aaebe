using System.Globalization;

namespace ActorEtcd.Host.Http.V2;

/// <summary>Durations as Go prints them.</summary>
internal static class GoDurationText
{
    /// <summary>Hours, minutes and seconds, from the first that is not zero: 1h0m2.5s.</summary>
    public static string Of(TimeSpan duration)
    {
        var seconds = $"{(duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture)}s";
        var hours = (long)duration.TotalHours;
        if (hours == 0 && duration.Minutes == 0)
        {
            return seconds;
        }

        return hours == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{seconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{hours}h{duration.Minutes}m{seconds}");
    }
}
