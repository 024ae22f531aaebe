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
/// LeaderAnswered                  the client's answer
/// LeaderIsElsewhere               held and tried again
/// Tick                            expiries, retries, timeouts, checkpoints
/// </code>
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
    private readonly Dictionary<long, Question> _asked = [];
    private readonly List<Question> _held = [];
    private readonly List<LeaseId> _expired = [];
    private readonly List<LeaseId> _forget = [];
    private MemberId _leader;
    private long _term;
    private bool _isPrimary;
    private ICanTell? _leaderLease;
    private long _correlation;
    private TimeSpan _nextCheckpoint;

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

    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, LeaseSettings.TickInterval);

    protected override void PostStop()
    {
        foreach (var question in _held.Concat(_asked.Values))
        {
            question.Reply.TryFail(EtcdError.Stopped);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LeasesChanged changed: Fold(changed.Changes); break;
            case LeasesRestored restored: Restore(restored.Leases); break;
            case LeadershipChanged changed: Follow(changed); break;
            case BarrierReached reached: Promote(reached.Term); break;
            case RenewLease renew: Ask(new Question(renew.Id, Renew: true, renew.Reply, Now + _settings.RequestTimeout)); break;
            case QueryLease query: Ask(new Question(query.Id, Renew: false, query.Reply, Now + _settings.RequestTimeout)); break;
            case AskLeader ask: AnswerPeer(ask); break;
            case LeaderAnswered answered: PassOn(answered); break;
            case LeaderIsElsewhere elsewhere: Hold(elsewhere.Correlation); break;
            case Tick: DoTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void Fold(ImmutableArray<LeaseChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case LeaseChange.Granted granted:
                    _records[granted.Id] = granted.Record;
                    if (_isPrimary)
                    {
                        _clock.Start(granted.Record, Now, TimeSpan.Zero);
                    }

                    break;
                case LeaseChange.Removed removed:
                    _records.Remove(removed.Id);
                    _clock.Remove(removed.Id);
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
        _leader = changed.Leader;
        _term = changed.Term;
        _isPrimary = false;
        _clock.Clear();
        _leaderLease = null;
        if (IsLeader)
        {
            _gateway.Tell(new AwaitRead(new ReadBarrier(Self, new BarrierReached(_term))));
        }
        else if (!_leader.IsNone && _peers().PathOf(_leader, "lease") is { } path)
        {
            _leaderLease = Context.ActorSelection(path);
        }

        // Whoever was asked may be deposed and silent.
        _held.AddRange(_asked.Values);
        _asked.Clear();
        AskHeld();
    }

    private void Promote(long term)
    {
        if (!IsLeader || term != _term || _isPrimary)
        {
            return;
        }

        _isPrimary = true;
        _nextCheckpoint = Now + LeaseSettings.CheckpointInterval;
        StartClocks();
        AskHeld();
    }

    private void StartClocks()
    {
        _clock.Clear();
        foreach (var record in _records.Values)
        {
            _clock.Start(record, Now, _settings.ElectionTimeout);
        }
    }

    private void Ask(Question question)
    {
        if (_isPrimary)
        {
            question.Reply.TryComplete(Answer(question.Id, question.Renew));
        }
        else if (_leaderLease is not null)
        {
            _asked[++_correlation] = question;
            _leaderLease.Tell(new AskLeader(_correlation, question.Id, question.Renew), Self);
        }
        else if (_held.Count < LeaseSettings.WaitingMax)
        {
            _held.Add(question);
        }
        else
        {
            question.Reply.TryFail(EtcdError.TooManyRequests);
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

    private LeaseTtl Answer(LeaseId id, bool renew)
    {
        if (!renew)
        {
            return _clock.Query(id, Now);
        }

        var ttl = _clock.Renew(id, Now, out var forget);
        if (forget)
        {
            _forget.Add(id);
        }

        return ttl;
    }

    private void AnswerPeer(AskLeader ask)
    {
        if (_isPrimary)
        {
            Sender.Tell(new LeaderAnswered(ask.Correlation, Answer(ask.Id, ask.Renew)));
        }
        else
        {
            Sender.Tell(new LeaderIsElsewhere(ask.Correlation));
        }
    }

    private void PassOn(LeaderAnswered answered)
    {
        if (_asked.Remove(answered.Correlation, out var question))
        {
            question.Reply.TryComplete(answered.Ttl);
        }
    }

    private void Hold(long correlation)
    {
        if (_asked.Remove(correlation, out var question))
        {
            _held.Add(question);
        }
    }

    private void DoTick()
    {
        var now = Now;
        FailOverdue(now);
        AskHeld();
        if (!_isPrimary)
        {
            return;
        }

        _clock.TakeExpired(now, LeaseSettings.RevokesPerTickMax, LeaseSettings.RevokeRetryInterval, _expired);
        foreach (var id in _expired)
        {
            Propose(new LeaseRevokeRequest(id, FenceTerm: _term));
        }

        _expired.Clear();
        ProposeCheckpoints(now);
    }

    private void FailOverdue(TimeSpan now)
    {
        foreach (var (correlation, question) in _asked.Where(asked => asked.Value.Deadline <= now).ToArray())
        {
            _asked.Remove(correlation);
            question.Reply.TryFail(EtcdError.Timeout);
        }

        foreach (var question in _held.Where(held => held.Deadline <= now))
        {
            question.Reply.TryFail(EtcdError.Timeout);
        }

        _held.RemoveAll(static question => question.Reply.IsCompleted);
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

    private sealed record Question(LeaseId Id, bool Renew, Pending<LeaseTtl> Reply, TimeSpan Deadline);

    private sealed record BarrierReached(long Term);

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
