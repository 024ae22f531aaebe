using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Raft;
using ActorEtcd.V2;

namespace ActorEtcd.Host.Import;

/// <summary>All that a new data directory begins with.</summary>
public sealed record MemberSeed
{
    /// <summary>Where the records come from.</summary>
    public required EtcdDatabase Database { get; init; }

    public required MemberId Self { get; init; }

    public required string Name { get; init; }

    public required MemberTable Members { get; init; }

    public required RaftConfiguration Configuration { get; init; }

    public required ImmutableArray<LeaseRecord> Leases { get; init; }

    public required ImmutableSortedSet<AlarmMember> Alarms { get; init; }

    public required AuthState Auth { get; init; }

    /// <summary>The v2 store after all that is committed.</summary>
    public V2State V2 { get; init; } = V2State.Initial;

    /// <summary>The entry that the database reflects, and its term; the state is built from there.</summary>
    public required long Index { get; init; }

    public required long Term { get; init; }

    /// <summary>The term that the member is in and its vote in it.</summary>
    public required long CurrentTerm { get; init; }

    public MemberId Vote { get; init; }

    /// <summary>What is to be applied to the database's state, from the entry after the index on.</summary>
    public ImmutableArray<LogEntry> Committed { get; init; } = [];

    /// <summary>What follows in the log and waits to be committed.</summary>
    public ImmutableArray<LogEntry> Uncommitted { get; init; } = [];

    /// <summary>How far the revision moves on, with everything up to there compacted; 0 for not at all.</summary>
    public long RevisionBump { get; init; }
}
