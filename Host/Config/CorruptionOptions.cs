namespace ActorEtcd.Host.Config;

/// <summary>How members make sure that they hold the same data.</summary>
/// <param name="CheckAtStart">Whether a member compares itself with the others before it serves.</param>
/// <param name="CheckTime">Time between two comparisons; 0 for none.</param>
/// <param name="ChecksCompactions">Whether hashes of compacted data are compared.</param>
/// <param name="CompactionCheckTime">Time between two such comparisons.</param>
public sealed record CorruptionOptions(bool CheckAtStart, TimeSpan CheckTime, bool ChecksCompactions, TimeSpan CompactionCheckTime)
{
    public static readonly CorruptionOptions Default = new(false, TimeSpan.Zero, false, TimeSpan.FromMinutes(1));

    /// <exception cref="ConfigException">A time makes no sense.</exception>
    public static CorruptionOptions Read(FlagValues flags, FeatureGates gates) => new(
        gates.IsEnabled(FeatureGates.InitialCorruptCheck),
        flags.Duration("corrupt-check-time"),
        gates.IsEnabled(FeatureGates.CompactHashCheck),
        flags.Duration("compact-hash-check-time") is { Ticks: > 0 } time
            ? time
            : throw new ConfigException($"--compact-hash-check-time must be >0 (set to {flags.Text("compact-hash-check-time")})"));
}
