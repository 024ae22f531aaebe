using System.Collections.Immutable;
using ActorEtcd.Raft;

namespace ActorEtcd.Log;

/// <summary>
/// Log actor to its parent, once: everything that was durable. <paramref name="Entries"/> are those after
/// the manifest's index (all of them when there is no manifest yet).
/// </summary>
public sealed record LogRecovered(
    long Term,
    MemberId Vote,
    CheckpointManifest? Manifest,
    ImmutableArray<LogEntry> Entries,
    long CommitIndex)
{
    /// <summary>What a member that never ran recovers.</summary>
    public static readonly LogRecovered Nothing = new(0, MemberId.None, null, [], 0);

    public long BaseIndex => Manifest?.Index ?? 0;

    public long BaseTerm => Manifest?.Term ?? 0;
}
