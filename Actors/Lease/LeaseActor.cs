using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.Lease;

/// <summary>
/// The time of leases: on the leader it renews them from memory and proposes the revoke of those that expire; on other
/// members it passes questions to the leader.
/// <code>
/// LeasesChanged, LeasesRestored   kept; on the leader they start, stop or correct clocks
/// LeadershipChanged               leader: clocks start once everything of earlier terms is applied here
/// BarrierReached                  that is now
/// RenewLease, QueryLease          answered, passed to the leader, or held until one is known
/// AskLeader                       answered by the leader, otherwise LeaderIsElsewhere
/// CaughtUp                        a lease that was unknown when it was asked for: known by now, or there is none
/// LeaderAnswered                  the client's answer
/// LeaderIsElsewhere               held and tried again
/// Tick                            expiries, retries, timeouts, checkpoints
/// </code>
/// The leader says that there is no such lease only after applying all that was committed when it was asked: a lease
/// may have been granted through a member that applies faster.
/// Invariant: a revoke for expiry carries the term in which this member led when it proposed it, so it has no effect
/// once another member leads.
/// </summary>
public sealed class LeaseActor : UntypedActor, IWithTimers
{
    private readonly LeaseSettings _settings;
    private readonly IActorRef _gateway;
    private readonly RequestIds _requestIds;
    private readonly Func<PeerAddresses> _peers;
    private readonly Dictionary<LeaseId, LeaseRecord> _records = [];
    private readonly LeaseClock _clock = new();
    private readonly Dictionary<long, AskedLeader> _asked = [];
    private readonly HashSet<LeaseQuestion> _doubted = [];
    private readonly List<LeaseQuestion> _held = [];
    private readonly List<LeaseId> _expired = [];
    private readonly HashSet<LeaseId> _revoking = [];
    private readonly HashSet<LeaseId> _forget = [];
    private MemberId _leader;
    private long _term;
    private bool _isPrimary;
    private bool _moreExpired;
    private ICanTell? _leaderLease;
    private ReadBarrier? _barrier;
    private long _correlation;
    private TimeSpan _nextCheckpoint;
    private TimeSpan _lastTurn;
    private long _standstills;
    private long _standstillsCaughtUp;

    public LeaseActor(LeaseSettings settings, IActorRef gateway, RequestIds requestIds, Func<PeerAddresses> peers)
    {
        _settings = settings;
        _gateway = gateway;
        _requestIds = requestIds;
        _peers = peers;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    private bool IsLeader => _leader == _settings.Member;

    public static Props Props(LeaseSettings settings, IActorRef gateway, RequestIds requestIds, Func<PeerAddresses> peers)
        => Akka.Actor.Props.Create(() => new LeaseActor(settings, gateway, requestIds, peers));

    protected override void PreStart()
    {
        _lastTurn = Now;
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, LeaseSettings.TickInterval);
    }

    protected override void PostStop()
    {
        foreach (var question in _held.Concat(_doubted).Concat(_asked.Values.Select(static asked => asked.Question)))
        {
            question.Reply.TryFail(EtcdError.Stopped);
        }
    }

    protected override void OnReceive(object message)
    {
        NoteStandstill();
        switch (message)
        {
            case LeasesChanged changed: Fold(changed.Changes); break;
            case LeasesRestored restored: Restore(restored.Leases); break;
            case LeadershipChanged changed: Follow(changed); break;
            case BarrierReached reached: Promote(reached.Term); break;
            case RenewLease renew: Ask(NewQuestion(renew.Id, isRenewal: true, renew.Reply)); break;
            case QueryLease query: Ask(NewQuestion(query.Id, isRenewal: false, query.Reply)); break;
            case AskLeader ask: AnswerPeer(ask); break;
            case CaughtUp caughtUp: AnswerDoubted(caughtUp); break;
            case LeaderAnswered answered: PassOn(answered); break;
            case LeaderIsElsewhere elsewhere: Hold(elsewhere.Correlation); break;
            case Tick: DoTick(); break;
            default: Unhandled(message); break;
        }
    }

    // Ticks come many times in an election timeout, unless nothing of this process ran.
    private void NoteStandstill()
    {
        var now = Now;
        if (now - _lastTurn >= _settings.ElectionTimeout)
        {
            _standstills++;
        }

        _lastTurn = now;
    }

    private void Fold(ImmutableArray<LeaseChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case LeaseChange.Granted granted:
                    _records[granted.Id] = granted.Record;
                    _settings.Observer.Granted(granted.Record.TtlSeconds);
                    if (_isPrimary)
                    {
                        _clock.Start(granted.Record, Now, TimeSpan.Zero);
                    }

                    break;
                case LeaseChange.Removed removed:
                    CountRemoved(removed.Id);
                    _records.Remove(removed.Id);
                    _clock.Remove(removed.Id);
                    _revoking.Remove(removed.Id);
                    break;
                case LeaseChange.Checkpointed checkpointed:
                    if (_records.TryGetValue(checkpointed.Id, out var record))
                    {
                        _records[checkpointed.Id] = record with { RemainingTtlSeconds = checkpointed.RemainingTtlSeconds };
                        _clock.Recorded(checkpointed.Id, checkpointed.RemainingTtlSeconds);
                    }

                    break;
                default:
                    throw new InvalidOperationException($"unknown lease change {change.GetType()}");
            }
        }

        if (_moreExpired && _revoking.Count <= LeaseSettings.RevokesInFlightMax / 2)
        {
            RevokeExpired(atLeast: 0);
        }
    }

    private void CountRemoved(LeaseId id)
    {
        _settings.Observer.Revoked();
        if (_clock.Knows(id) && _clock.Query(id, Now) == LeaseTtl.NotFound)
        {
            _settings.Observer.Expired();
        }
    }

    private void Restore(ImmutableArray<LeaseRecord> leases)
    {
        _records.Clear();
        foreach (var record in leases)
        {
            _records[record.Id] = record;
        }

        if (_isPrimary)
        {
            StartClocks();
        }
    }

    private void Follow(LeadershipChanged changed)
    {
        // Said again of the same leader in the same term, it must not give every lease its whole time back.
        if (changed.Leader == _leader && changed.Term == _term)
        {
            return;
        }

        _leader = changed.Leader;
        _term = changed.Term;
        _isPrimary = false;
        _barrier = null;
        _moreExpired = false;
        _revoking.Clear();
        _forget.Clear();
        _clock.Clear();
        _leaderLease = null;
        if (IsLeader)
        {
            AwaitBarrier();
        }
        else if (!_leader.IsNone && _peers().PathOf(_leader, "lease") is { } path)
        {
            _leaderLease = Context.ActorSelection(path);
        }

        // Whoever was asked may be deposed and silent.
        _held.AddRange(_asked.Values.Select(static asked => asked.Question));
        _asked.Clear();
        AskHeld();
    }

    private void AwaitBarrier()
    {
        _barrier = new ReadBarrier(Self, new BarrierReached(_term));
        _gateway.Tell(new AwaitRead(_barrier));
    }

    private void Promote(long term)
    {
        if (!IsLeader || term != _term || _isPrimary)
        {
            return;
        }

        _isPrimary = true;
        _barrier = null;
        _nextCheckpoint = Now + LeaseSettings.CheckpointInterval;
        StartClocks();
        AskHeld();
    }

    private void StartClocks()
    {
        _clock.Clear();
        _revoking.Clear();
        foreach (var record in _records.Values)
        {
            _clock.Start(record, Now, _settings.ElectionTimeout);
        }
    }

    private LeaseQuestion NewQuestion(LeaseId id, bool isRenewal, Pending<LeaseTtl> reply)
        => new(id, isRenewal, reply, Now + _settings.RequestTimeout);

    private void Ask(LeaseQuestion question)
    {
        if (_isPrimary)
        {
            Answer(question);
        }
        else if (_asked.Count + _held.Count >= LeaseSettings.WaitingMax)
        {
            question.Reply.TryFail(EtcdError.TooManyRequests);
        }
        else if (_leaderLease is not null)
        {
            var correlation = ++_correlation;
            _asked[correlation] = new AskedLeader(question, Now + LeaseSettings.AskRetryInterval);
            _leaderLease.Tell(new AskLeader(correlation, question.Id, question.IsRenewal), Self);
        }
        else
        {
            _held.Add(question);
        }
    }

    private void AskHeld()
    {
        if (!_isPrimary && _leaderLease is null)
        {
            return;
        }

        var held = _held.ToArray();
        _held.Clear();
        foreach (var question in held)
        {
            Ask(question);
        }
    }

    private void Answer(LeaseQuestion question)
    {
        if (_clock.Knows(question.Id) && _standstills == _standstillsCaughtUp)
        {
            question.Reply.TryComplete(TtlOf(question));
        }
        else if (_doubted.Count >= LeaseSettings.WaitingMax)
        {
            question.Reply.TryFail(EtcdError.TooManyRequests);
        }
        else
        {
            _doubted.Add(question);
            _gateway.Tell(new AwaitRead(new ReadBarrier(Self, new CaughtUp(question, _standstills))));
        }
    }

    private void AnswerDoubted(CaughtUp caughtUp)
    {
        var question = caughtUp.Question;
        _standstillsCaughtUp = Math.Max(_standstillsCaughtUp, caughtUp.Standstills);
        if (!_doubted.Remove(question))
        {
            return;
        }

        if (_isPrimary)
        {
            question.Reply.TryComplete(TtlOf(question));
        }
        else if (question.Reply is PeerReply peer)
        {
            peer.Deny();
        }
        else
        {
            Ask(question);
        }
    }

    private LeaseTtl TtlOf(LeaseQuestion question)
    {
        if (!question.IsRenewal)
        {
            return _clock.Query(question.Id, Now);
        }

        var ttl = _clock.Renew(question.Id, Now, out var forget);
        if (ttl != LeaseTtl.NotFound)
        {
            _settings.Observer.Renewed();
        }

        if (forget)
        {
            _forget.Add(question.Id);
        }

        return ttl;
    }

    private void AnswerPeer(AskLeader ask)
    {
        var reply = new PeerReply(Sender, Self, ask.Correlation);
        if (_isPrimary)
        {
            Answer(NewQuestion(ask.Id, ask.Renew, reply));
        }
        else
        {
            reply.Deny();
        }
    }

    private void PassOn(LeaderAnswered answered)
    {
        if (_asked.Remove(answered.Correlation, out var asked))
        {
            asked.Question.Reply.TryComplete(answered.Ttl);
        }
    }

    private void Hold(long correlation)
    {
        if (_asked.Remove(correlation, out var asked))
        {
            _held.Add(asked.Question);
        }
    }

    private void DoTick()
    {
        var now = Now;
        FailOverdue(now);
        AskHeld();
        AskAgain(now);
        if (!_isPrimary)
        {
            // Without its clocks no lease would ever end, so a barrier that failed, for load say, is put up again.
            if (_barrier is { IsCompleted: true })
            {
                AwaitBarrier();
            }

            return;
        }

        RevokeExpired(LeaseSettings.RevokesPerTickMin);
        ProposeCheckpoints(now);
    }

    private void RevokeExpired(int atLeast)
    {
        var room = Math.Max(atLeast, LeaseSettings.RevokesInFlightMax - _revoking.Count);
        _clock.TakeExpired(Now, room, LeaseSettings.RevokeRetryInterval, _expired);
        _moreExpired = _expired.Count == room;
        foreach (var id in _expired)
        {
            _revoking.Add(id);
            Propose(new LeaseRevokeRequest(id, FenceTerm: _term));
        }

        _expired.Clear();
    }

    private void FailOverdue(TimeSpan now)
    {
        foreach (var (correlation, asked) in _asked.Where(asked => asked.Value.Question.Deadline <= now).ToArray())
        {
            _asked.Remove(correlation);
            asked.Question.Reply.TryFail(EtcdError.Timeout);
        }

        foreach (var question in _held.Concat(_doubted).Where(waiting => waiting.Deadline <= now))
        {
            question.Reply.TryFail(EtcdError.Timeout);
        }

        _held.RemoveAll(static question => question.Reply.IsCompleted);
        _doubted.RemoveWhere(static question => question.Reply.IsCompleted);
    }

    // A renewal asked twice is renewed twice, which harms nobody.
    private void AskAgain(TimeSpan now)
    {
        if (_leaderLease is null)
        {
            return;
        }

        foreach (var (correlation, asked) in _asked)
        {
            if (asked.AskAgainAt <= now)
            {
                asked.AskAgainAt = now + LeaseSettings.AskRetryInterval;
                _leaderLease.Tell(new AskLeader(correlation, asked.Question.Id, asked.Question.IsRenewal), Self);
            }
        }
    }

    private void ProposeCheckpoints(TimeSpan now)
    {
        var checkpoints = _forget.Select(static id => new LeaseCheckpoint(id, RemainingTtlSeconds: 0)).ToList();
        _forget.Clear();
        if (now >= _nextCheckpoint)
        {
            _nextCheckpoint = now + LeaseSettings.CheckpointInterval;
            checkpoints.AddRange(_clock.ToRecord(now).Select(static due => new LeaseCheckpoint(due.Id, due.RemainingTtlSeconds)));
        }

        foreach (var chunk in checkpoints.Chunk(LeaseSettings.CheckpointsPerEntryMax))
        {
            Propose(new LeaseCheckpointRequest([.. chunk]));
        }
    }

    private void Propose(RaftCommand command)
    {
        var requestId = _requestIds.Next();
        _gateway.Tell(new Submit(new PendingCommand(requestId, CommandCodec.Encode(requestId, command))));
    }

    private sealed record CaughtUp(LeaseQuestion Question, long Standstills);

    private sealed record BarrierReached(long Term);

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
