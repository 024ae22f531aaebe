namespace ActorEtcd.Raft;

/// <summary>Everything that Raft is told when it starts; the HOCON keys are under <c>akka.etcd.raft</c>.</summary>
public sealed record RaftSettings
{
    public required MemberId Id { get; init; }

    /// <summary>The members that bootstrapped the group; a checkpoint's configuration takes precedence.</summary>
    public required RaftConfiguration InitialConfiguration { get; init; }

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The shortest silence after which a follower campaigns; each wait is drawn from 1 to 2 times it.
    /// </summary>
    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>
    /// What one flush of the log should take: a leader whose disk finishes nothing for an election timeout hands over.
    /// </summary>
    public TimeSpan FlushWithin => ElectionTimeout / 4;

    /// <summary>
    /// How long a member that had no time itself listens, before it believes that others were silent: what they sent may wait
    /// behind the tick that it has just taken up.
    /// </summary>
    public TimeSpan Grace => 3 * HeartbeatInterval;

    /// <summary>Wait only a part of an election timeout after the start, so that a fresh group serves sooner.</summary>
    public bool ShortFirstElection { get; init; } = true;

    public bool PreVote { get; init; } = true;

    public bool CheckQuorum { get; init; } = true;

    /// <summary>Bound on the entries of one AppendEntries; a single larger entry still travels alone.</summary>
    public long AppendBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bound on the bytes of entries sent to one follower and not acknowledged.</summary>
    public long InFlightBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bound on the AppendEntries sent to one follower and not acknowledged.</summary>
    public int InFlightAppendsMax { get; init; } = 256;

    /// <summary>Bound on the bytes of entries handed to the apply actor and not yet applied.</summary>
    public long ApplyBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bound on the bytes of one batch for the apply actor.</summary>
    public long ApplyBatchBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Proposals are refused while the leader's log holds more uncommitted bytes than this.</summary>
    public long UncommittedBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Proposals are refused while more committed entries than this wait to be applied.</summary>
    public int UnappliedEntriesMax { get; init; } = 10_000;

    /// <summary>Reads are refused while more than this wait for a confirmation of leadership.</summary>
    public int PendingReadsMax { get; init; } = 10_000;

    /// <summary>Entries kept in memory before a checkpoint so that slow followers need no snapshot.</summary>
    public int CatchUpEntries { get; init; } = 5_000;

    /// <summary>Bound on the bytes that <see cref="CatchUpEntries"/> may hold.</summary>
    public long CatchUpBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Not null when this member's log was lost: the group as last known. Then the member neither votes nor campaigns until it
    /// has from a leader whatever it may have acknowledged.
    /// </summary>
    public RaftConfiguration? LostLogGroup { get; init; }

    public ISnapshotObserver Snapshots { get; init; } = SilentSnapshotObserver.Instance;

    /// <summary>Seeds election timeouts and the numbers that make requests to peers unique.</summary>
    public int RandomSeed { get; init; }
}
