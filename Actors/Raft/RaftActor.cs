using System.Collections.Immutable;
using ActorEtcd.Log;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Raft;

/// <summary>
/// One member of the Raft group: a shell around <see cref="RaftCore"/>. A handler hands its message to the
/// core, carries out the effects in order and takes the role that the core decided, all in one turn. The
/// tables of the roles are in the partial files of that name; what is the same in every role is below.
/// <code>
/// PeerMessage               -> the core, which checks form and term before the role sees it
/// LogPersisted              -> releases what waited for the disk
/// AppliedTo                 -> the next batch for the apply actor
/// FlushTick                 -> the proposals gathered so far; news of the commit index
/// CheckpointSaved           -> entries up to it may be forgotten
/// CheckpointFetched, CheckpointFetchFailed, CheckpointInstalled -> the core's snapshot rules
/// ConfigurationApplied      -> the group is another
/// ForeignPeerMessage        -> ignored, and told once
/// LeaderSuspected           -> ignored but by a follower: there is no such leader any more
/// </code>
/// A failure here is never restarted in place: what is in memory may be half changed.
/// </summary>
public sealed partial class RaftActor : FSM<RaftRole, RaftState>
{
    private const string ElectionTimer = "election";
    private const string HeartbeatTimer = "heartbeat";

    private readonly RaftSettings _settings;
    private readonly IActorRef _logActor;
    private readonly IActorRef _apply;
    private readonly IActorRef _segments;
    private readonly IPeerDirectory _peers;
    private readonly RaftStatusHolder _status;
    private readonly Func<TimeSpan> _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<RaftEffect> _effects = [];
    private readonly Dictionary<long, (IActorRef Asker, long RequestId)> _reads = [];
    private readonly List<IActorRef> _transferAskers = [];
    private readonly HashSet<MemberId> _unknownPeers = [];
    private readonly ImmutableArray<ReadOnlyMemory<byte>>.Builder _proposals =
        ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();

    private IActorRef _proposer = ActorRefs.Nobody;
    private long _proposalBytes;
    private bool _isFlushScheduled;
    private long _leaderChanges;
    private TimeSpan _heartbeatAt;
    private long _proposalsRefused;

    public RaftActor(
        RaftSettings settings,
        LogRecovered recovered,
        IActorRef logActor,
        IActorRef apply,
        IActorRef segments,
        Func<ActorSystem, IPeerDirectory> peers,
        RaftStatusHolder status,
        Func<TimeSpan>? clock)
    {
        _settings = settings;
        _logActor = logActor;
        _apply = apply;
        _segments = segments;
        _peers = peers(Context.System);
        _status = status;
        var scheduler = Context.System.Scheduler;
        _clock = clock ?? (() => scheduler.HighResMonotonicClock);
        StartWith(RaftRole.Follower, new RaftState(settings, recovered));
        When(RaftRole.Follower, Follow);
        When(RaftRole.PreCandidate, AskAround);
        When(RaftRole.Candidate, Campaign);
        When(RaftRole.Leader, Lead);
        OnTransition(LogTransition);
        Initialize();
    }

    /// <summary>
    /// <paramref name="recovered"/> is what the log actor told its parent, whose apply actor starts at the
    /// manifest's index. The parent is told <see cref="LeadershipChanged"/> and <see cref="InstallCheckpoint"/>.
    /// A <paramref name="clock"/> other than the scheduler's must go with the scheduler.
    /// </summary>
    public static Props Props(
        RaftSettings settings,
        LogRecovered recovered,
        IActorRef logActor,
        IActorRef apply,
        IActorRef segments,
        Func<ActorSystem, IPeerDirectory> peers,
        RaftStatusHolder status,
        Func<TimeSpan>? clock) =>
        Akka.Actor.Props.Create(
            () => new RaftActor(settings, recovered, logActor, apply, segments, peers, status, clock));

    protected override void PreStart()
    {
        _logActor.Tell(AttachRaft.Instance);
        Self.Tell(StartTick.Instance);
    }

    /// <summary>What every role does alike, after its own table.</summary>
    private State<RaftRole, RaftState> Common(Event<RaftState> e)
    {
        switch (e.FsmEvent)
        {
            case PeerMessage m:
                return OnPeer(m);
            case LogPersisted m:
                RaftCore.Persisted(Turn(), m.Sequence, _effects);
                return Take();
            case AppliedTo m:
                RaftCore.Applied(Turn(), m.Index, _effects);
                return Take();
            case FlushTick:
                return Flush();
            case ReadIndex m:
                return Read(m);
            case StartTick:
                RaftCore.Start(Turn(), _effects);
                return Take();
            case CheckpointSaved m:
                RaftCore.CheckpointSaved(Turn(), m.Manifest, _effects);
                return Take();
            case CheckpointFetched m:
                ReceiveEnded(isSuccess: true);
                RaftCore.CheckpointFetched(Turn(), m.Manifest, _effects);
                return Take();
            case CheckpointFetchFailed m:
                ReceiveEnded(isSuccess: false);
                _log.Warning("Fetching the checkpoint at {0} failed: {1}", m.Manifest.Index, m.Reason);
                RaftCore.CheckpointFetchFailed(Turn(), m.Manifest, _effects);
                return Take();
            case CheckpointInstalled m:
                _settings.Snapshots.InstallChanged(isUnderWay: false);
                RaftCore.CheckpointInstalled(Turn(), m.Manifest.Index, m.Manifest.Term, _effects);
                return Take();
            case ForeignPeerMessage m:
                LogForeign(m);
                return Stay();
            case LeaderSuspected:
                return Stay();
            case ConfigurationApplied m:
                RaftCore.ConfigurationApplied(Turn(), m.Configuration, _effects);
                return Take();
            default:
                Unhandled(e.FsmEvent);
                return Stay();
        }
    }

    private State<RaftRole, RaftState> OnPeer(PeerMessage message)
    {
        // A removed leader may still say no to what it was asked, and what is committed.
        var isAnswer = message is PeerMessage.ForwardedProposalsRefused or PeerMessage.ReadIndexDenied or PeerMessage.EntryCommitted;
        if (!isAnswer && _peers.IsRemoved(message.From))
        {
            LogRemoved(message.From);
            return Stay();
        }

        _peers.Heard(message.From, Sender);
        var state = Turn();
        if (message is PeerMessage.HeartbeatReply reply && reply.Term == state.Term)
        {
            _status.RoundTripMeasured?.Invoke(reply.From, state.Now - TimeSpan.FromTicks(reply.SentAtTicks));
        }

        RaftCore.Receive(state, message, _effects);
        return Take();
    }

    /// <summary>
    /// A tick that comes late tells that this member had no time, not that its leader was silent: what that may have sent
    /// meanwhile is read first.
    /// </summary>
    private State<RaftRole, RaftState> OnElectionTick(ElectionTick tick)
    {
        var state = Turn();
        var isLate = state.Now - state.ElectionTimerAt > _settings.HeartbeatInterval;
        if (isLate && !tick.IsAfterGrace && !state.Leader.IsNone)
        {
            SetTimer(ElectionTimer, ElectionTick.AfterGrace, _settings.Grace);
            return Stay();
        }

        RaftCore.ElectionTimeout(state, _effects);
        return Take();
    }

    private State<RaftRole, RaftState> Read(ReadIndex read)
    {
        var state = Turn();
        var context = state.TakeContext();
        _reads.Add(context, (Sender, read.RequestId));
        RaftCore.ReadIndex(state, context, _effects);
        return Take();
    }

    /// <summary>
    /// Proposals that are in the mailbox together become one append and one message per follower: the flush
    /// that this actor tells itself arrives behind them.
    /// </summary>
    private State<RaftRole, RaftState> Gather(Propose propose)
    {
        _proposer = Sender;
        var isFull = false;
        foreach (var payload in propose.Payloads)
        {
            _proposals.Add(payload);
            _proposalBytes += payload.Length + LogEntry.OverheadBytes;
            if (_proposalBytes >= _settings.AppendBytesMax)
            {
                // What a gateway held back for a leader comes in one piece, too large for a message to another member.
                ProposeGathered(Turn());
                isFull = true;
            }
        }

        if (_proposals.Count > 0)
        {
            ScheduleFlush();
        }

        return isFull ? Take() : Stay();
    }

    private State<RaftRole, RaftState> ChangeConfiguration(ProposeConfigurationChange m)
    {
        _proposer = Sender;
        RaftCore.ProposeConfigurationChange(Turn(), m.Change, _effects);
        return Take();
    }

    private State<RaftRole, RaftState> Transfer(TransferLeadership m)
    {
        var state = Turn();
        if (state.Transfer is { } under && !m.Target.IsNone && under.Target != m.Target)
        {
            Sender.Tell(new LeadershipTransferFailed($"member {under.Target} is being handed the leadership"));
            return Stay();
        }

        _transferAskers.Add(Sender);
        RaftCore.TransferLeadership(state, m.Target, _effects);
        return Take();
    }

    private State<RaftRole, RaftState> Flush()
    {
        _isFlushScheduled = false;
        var state = Turn();
        ProposeGathered(state);
        RaftCore.Flush(state, _effects);
        return Take();
    }

    private void ProposeGathered(RaftState state)
    {
        if (_proposals.Count > 0)
        {
            _proposalBytes = 0;
            RaftCore.Propose(state, _proposals.DrainToImmutable(), _effects);
        }
    }

    private void ScheduleFlush()
    {
        if (!_isFlushScheduled)
        {
            _isFlushScheduled = true;
            Self.Tell(FlushTick.Instance);
        }
    }

    /// <summary>Opens a turn: the core sees the time of now and an empty list of effects.</summary>
    private RaftState Turn()
    {
        var now = _clock();
        if (now > StateData.Now)
        {
            StateData.Now = now;
        }

        return StateData;
    }

    /// <summary>Closes a turn: the effects are carried out and the core's role becomes the FSM's.</summary>
    private State<RaftRole, RaftState> Take()
    {
        foreach (var effect in _effects)
        {
            CarryOut(effect);
        }

        _effects.Clear();
        if (_sentTo.Count > 0)
        {
            EndSending();
        }

        Publish();
        return StateData.Role == StateName ? Stay() : GoTo(StateData.Role);
    }

    private void Publish()
    {
        var s = StateData;
        var last = _status.Current;
        if (!ReferenceEquals(last, RaftStatus.Unknown)
            && last.CommitIndex == s.Log.CommitIndex && last.AppliedIndex == s.Log.AppliedIndex
            && last.LastIndex == s.Log.LastIndex && last.DurableIndex == s.Log.DurableIndex
            && last.Role == s.Role && last.Term == s.Term && last.Leader == s.Leader
            && last.ProposalsRefused == _proposalsRefused)
        {
            return;
        }

        _status.Current = new RaftStatus(
            s.Role,
            s.Term,
            s.Leader,
            s.Log.CommitIndex,
            s.Log.LastIndex,
            s.Log.AppliedIndex,
            s.Log.DurableIndex,
            s.Configuration.IsLearner(s.Id),
            _leaderChanges,
            _proposalsRefused);
    }

    private void LogTransition(RaftRole from, RaftRole to)
    {
        if (from != to)
        {
            _log.Info("{0} -> {1} in term {2}, commit {3}", from, to, StateData.Term, StateData.Log.CommitIndex);
        }
    }

    private sealed class StartTick
    {
        public static readonly StartTick Instance = new();
    }

    private sealed class FlushTick
    {
        public static readonly FlushTick Instance = new();
    }

    private sealed record ElectionTick(bool IsAfterGrace)
    {
        public static readonly ElectionTick Instance = new(IsAfterGrace: false);
        public static readonly ElectionTick AfterGrace = new(IsAfterGrace: true);
    }

    private sealed class HeartbeatTick
    {
        public static readonly HeartbeatTick Instance = new();
    }
}
