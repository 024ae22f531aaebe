using System.Globalization;

namespace ActorEtcd.Host.Config;

/// <summary>How much history is kept without being asked; at most one of the two is set.</summary>
public sealed record AutoCompaction(TimeSpan? Period, long? Revisions)
{
    public static readonly AutoCompaction Off = new(null, null);

    /// <exception cref="ConfigException">Mode or retention make no sense.</exception>
    public static AutoCompaction Parse(string mode, string retention)
    {
        switch (mode)
        {
            case "periodic":
                if (long.TryParse(retention, NumberStyles.None, CultureInfo.InvariantCulture, out var hours))
                {
                    return hours == 0 ? Off : new AutoCompaction(TimeSpan.FromHours(hours), null);
                }

                return GoDuration.TryParse(retention, out var period)
                    ? period == TimeSpan.Zero ? Off : new AutoCompaction(period, null)
                    : throw new ConfigException($"error parsing CompactionRetention: time: invalid duration \"{retention}\"");
            case "revision":
                return long.TryParse(retention, NumberStyles.None, CultureInfo.InvariantCulture, out var revisions)
                    ? revisions == 0 ? Off : new AutoCompaction(null, revisions)
                    : throw new ConfigException($"error parsing CompactionRetention: \"{retention}\" is no count of revisions");
            default:
                throw new ConfigException(mode.Length == 0 ? "undefined auto-compaction-mode" : $"unknown auto-compaction-mode \"{mode}\"");
        }
    }
}
