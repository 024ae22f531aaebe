using System.Collections.Immutable;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Import;

/// <summary>What <c>utl snapshot restore</c> is told.</summary>
public sealed record RestoreOptions
{
    public required string SnapshotPath { get; init; }

    public required string Name { get; init; }

    public required string DataDirectory { get; init; }

    public required string? WalDirectory { get; init; }

    public required ImmutableArray<InitialMember> InitialCluster { get; init; }

    public required string InitialClusterToken { get; init; }

    public required IReadOnlyList<EtcdUrl> AdvertisePeerUrls { get; init; }

    /// <summary>Take the file without the hash that a snapshot has behind it.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>How far the revision moves on, with everything up to there compacted; 0 for not at all.</summary>
    public long RevisionBump { get; init; }
}
