using System.Collections.Immutable;
using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Auth;
using ActorEtcd.Compaction;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Peers;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Watch;

namespace ActorEtcd.Client;

/// <summary>Everything that a node of the store is told when it starts.</summary>
public sealed record EtcdSettings
{
    public required RaftSettings Raft { get; init; }

    /// <summary>The members and the rest of the state that a data directory without a checkpoint begins with.</summary>
    public required ReplicatedState Bootstrap { get; init; }

    /// <summary>Where members are found before the member list says so.</summary>
    public required PeerAddresses Peers { get; init; }

    public required ISegmentStorage Segments { get; init; }

    public required WatchSettings Watch { get; init; }

    public required LeaseSettings Lease { get; init; }

    public required GatewaySettings Gateway { get; init; }

    public required ApplySettings Apply { get; init; }

    public required RequestIds RequestIds { get; init; }

    /// <summary>What happens when the node cannot go on after it has started: told the reason once.</summary>
    public required Action<string> OnFatal { get; init; }

    /// <summary>This member was removed from the cluster for good and has to end: told once.</summary>
    public Action OnRemoved { get; init; } = static () => { };

    /// <summary>This member, whose log was lost, has all of it again: told once, on an actor's thread; must not block.</summary>
    public Action OnLogRegained { get; init; } = static () => { };

    /// <summary>Told the member list whenever it has changed, on an actor's thread; must not block.</summary>
    public Action<MemberTable>? MembersChanged { get; init; }

    /// <summary>
    /// The entries that a log without any begins with, committed before anybody leads; the same on every initial member.
    /// </summary>
    public ImmutableArray<LogEntry> BootstrapEntries { get; init; } = [];

    /// <summary>Cut the group down to this member, for a cluster that has lost its majority (etcd: <c>--force-new-cluster</c>).</summary>
    public bool ForceNewCluster { get; init; }

    /// <summary>Refuse changes of the member list that would lose the majority (etcd: <c>--strict-reconfig-check</c>).</summary>
    public bool StrictReconfigurationCheck { get; init; } = true;

    /// <summary>The most learners (etcd: <c>--max-learners</c>).</summary>
    public int LearnersMax { get; init; } = 1;

    /// <summary>The version that is told to members that want to join.</summary>
    public string Version { get; init; } = "3.7.0";

    /// <summary>Where it is told which other members answer.</summary>
    public PeerReachability Reachability { get; init; } = new();

    /// <summary>Told the round trip of each heartbeat of this leader, on the Raft actor's thread; must not block.</summary>
    public Action<MemberId, TimeSpan>? RoundTripMeasured { get; init; }

    /// <summary>How users prove who they are after they have authenticated.</summary>
    public IAuthTokens AuthTokens { get; init; } = NoAuthTokens.Instance;

    public StoreSettings Store { get; init; } = new();

    public SegmentTransferSettings SegmentTransfer { get; init; } = new() { FetchDispatcher = CheckpointActor.Dispatcher };

    public AutoCompactionSettings AutoCompaction { get; init; } = new(null, null);

    /// <summary>How this member compares what it holds with the others.</summary>
    public HashCheckSettings HashCheck { get; init; } = new();

    public HashCheckCounters HashCheckCounters { get; init; } = new();

    public IReadObserver Reads { get; init; } = SilentReadObserver.Instance;

    /// <summary>How fast sealed segments are read back from the disk to see whether they are as they were written.</summary>
    public long ScrubBytesPerSecond { get; init; } = 4L * 1024 * 1024;

    /// <summary>The version of etcd that this member speaks; it tells it to all.</summary>
    public Version ServerVersion { get; init; } = new(3, 7);

    /// <summary>The largest request in bytes (etcd: <c>--max-request-bytes</c>).</summary>
    public int RequestBytesMax { get; init; } = 1_572_864;

    /// <summary>The most operations in a transaction (etcd: <c>--max-txn-ops</c>).</summary>
    public int TxnOpsMax { get; init; } = 128;

    /// <summary>The most live bytes in the store (etcd: <c>--quota-backend-bytes</c>).</summary>
    public long QuotaBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>The shortest time to live of a lease, in seconds; shorter wishes get this.</summary>
    public long LeaseTtlSecondsMin { get; init; } = 2;

    /// <summary>Committed entries that may wait to be applied before requests are refused (etcd: <c>maxGapBetweenApplyAndCommitIndex</c>).</summary>
    public long UnappliedEntriesMax { get; init; } = 5_000;
}
