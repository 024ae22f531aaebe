using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// Everything that Raft knows on one member. Single owner: the Raft actor (or a simulation), which changes it
/// only through <see cref="RaftCore"/>, one call at a time, after setting <see cref="Now"/>.
/// </summary>
public sealed class RaftState
{
    private readonly Random _random;

    public RaftState(RaftSettings settings, LogRecovered recovered)
    {
        Settings = settings;
        Configuration = recovered.Manifest?.Configuration ?? settings.InitialConfiguration;
        Checkpoint = recovered.Manifest;
        Term = recovered.Term;
        Vote = recovered.Vote;
        Log = new RaftLog(recovered.BaseIndex, recovered.BaseTerm);
        Log.Append(recovered.Entries);
        Log.DurableTo(Log.LastIndex);
        Invariant.Check(Term >= Log.LastTerm, $"the log ends in term {Log.LastTerm}, beyond the recovered term {Term}");
        Log.CommitTo(Math.Min(Math.Max(recovered.CommitIndex, recovered.BaseIndex), Log.LastIndex));
        WrittenCommit = Log.CommitIndex;
        _random = new Random(settings.RandomSeed);
        Incarnation = _random.NextInt64(1, long.MaxValue / 4);
        NextContext = Incarnation;
        Lost = settings.LostLogGroup is { } group ? new LostLog(group, Incarnation) : null;
        FormerLivesTerm = Lost is null ? Term : long.MaxValue;
        RandomizedTimeout = settings.ShortFirstElection ? DrawFirstTimeout() : DrawElectionTimeout();
    }

    public RaftSettings Settings { get; }

    public MemberId Id => Settings.Id;

    public RaftConfiguration Configuration { get; internal set; }

    public RaftRole Role { get; internal set; }

    /// <summary>The latest term that this member has seen. Invariant: grows only.</summary>
    public long Term { get; internal set; }

    /// <summary>Whom this member voted for in the term. Invariant: within a term it changes from none once.</summary>
    public MemberId Vote { get; internal set; }

    /// <summary>The leader of the term, as far as known.</summary>
    public MemberId Leader { get; internal set; }

    public RaftLog Log { get; }

    public PersistPipeline Persist { get; } = new();

    /// <summary>
    /// Time since an arbitrary beginning, from a clock that never goes back; the shell sets it before each call.
    /// </summary>
    public TimeSpan Now { get; set; }

    /// <summary>
    /// The last entry known to equal that of the leader of this term. Only entries up to here may be committed
    /// on a leader's word. Starts at 0 in each term.
    /// </summary>
    public long VerifiedIndex { get; internal set; }

    /// <summary>When the leader of the term was last heard.</summary>
    public TimeSpan LeaderHeardAt { get; internal set; }

    /// <summary>After this moment a member that hears no leader campaigns.</summary>
    public TimeSpan ElectionDeadline { get; internal set; }

    /// <summary>When the armed election timer fires; null when none is armed.</summary>
    public TimeSpan? ElectionTimerAt { get; internal set; }

    /// <summary>The wait drawn when the role was taken.</summary>
    public TimeSpan RandomizedTimeout { get; internal set; }

    /// <summary>The answers to this member's campaign, its own included.</summary>
    public Dictionary<MemberId, bool> Votes { get; } = [];

    /// <summary>The leader asked for the campaign.</summary>
    public bool CampaignIsTransfer { get; internal set; }

    /// <summary>
    /// The write of this candidate's own vote; the vote counts and others are asked once it is durable.
    /// </summary>
    public long OwnVoteSequence { get; internal set; }

    /// <summary>The leader asked for a campaign while a committed change of the group was not in force here yet.</summary>
    public bool CampaignIsDeferred { get; internal set; }

    /// <summary>Not null exactly while the role is leader.</summary>
    public Leadership? Leading { get; internal set; }

    public Transfer? Transfer { get; internal set; }

    public SnapshotInstall? Install { get; internal set; }

    /// <summary>Not null while this member, which has lost its log, is no voter.</summary>
    public LostLog? Lost { get; internal set; }

    /// <summary>The newest checkpoint on this member's disk; what a lagging follower is sent.</summary>
    public CheckpointManifest? Checkpoint { get; internal set; }

    /// <summary>The commit index that the journal was last told.</summary>
    public long WrittenCommit { get; internal set; }

    /// <summary>The newest write asked for when the last heartbeat was sent or heard, to tell an idle log.</summary>
    public long WriteAtHeartbeat { get; internal set; }

    /// <summary>Reads of this member's gateway that the leader was asked about, with the time of asking.</summary>
    public Dictionary<long, TimeSpan> ForwardedReads { get; } = [];

    /// <summary>No former life of this member led in a later term.</summary>
    public long FormerLivesTerm { get; internal set; }

    /// <summary>What followers forwarded to this life and was taken already.</summary>
    public ForwardedBatches ForwardedFrom { get; } = new();

    /// <summary>Names this life of the member among its lives.</summary>
    public long Incarnation { get; }

    public long ForwardSequence { get; internal set; }

    public RefusedForwards RefusedForwards { get; } = new();

    /// <summary>Batches handed to the apply actor and not applied yet.</summary>
    public Queue<(long LastIndex, long Bytes)> Applying { get; } = new();

    public long ApplyingBytes { get; internal set; }

    /// <summary>What was last announced.</summary>
    public (MemberId Leader, long Term, RaftRole Role) Announced { get; internal set; } = (default, -1, default);

    /// <summary>Numbers for read requests; they start at a random place so that no two lives share one.</summary>
    public long NextContext { get; internal set; }

    /// <summary>The number for the next read request of this member.</summary>
    public long TakeContext() => NextContext++;

    /// <summary>A wait between one and two election timeouts.</summary>
    internal TimeSpan DrawElectionTimeout() =>
        Settings.ElectionTimeout + TimeSpan.FromTicks(_random.NextInt64(Settings.ElectionTimeout.Ticks));

    private TimeSpan DrawFirstTimeout() =>
        Settings.HeartbeatInterval + TimeSpan.FromTicks(_random.NextInt64(Settings.ElectionTimeout.Ticks));
}
