using System.Collections.Immutable;
using ActorEtcd.Raft;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>
/// Where requests from the edge meet the Raft group: gathers what arrives together into one proposal and one read
/// round, and completes each request when its outcome is known.
/// <code>
/// Submit             into the batch that the next Flush proposes
/// AwaitRead          into the round that the next Flush starts; one round is under way at a time
/// Flush              sent to itself behind what is already in the mailbox, so a batch is what came together
/// BatchApplied       completes commands, and reads whose index is reached
/// ProposalsRefused   tried again after a while, or at once with a new leader; refused on overload
/// ReadIndexReady     the round's reads wait for the index, the next round starts
/// ReadIndexRefused   the round's reads join the next round after a while
/// LeadershipChanged  remembered for telling why a request timed out
/// UseRaft            from now on batches and rounds go there; until then they are gathered
/// Sweep              requests past their time fail
/// </code>
/// Invariant: a read is completed only after the index of a round that began after the read arrived is applied.
/// </summary>
public sealed class GatewayActor : UntypedActor, IWithTimers
{
    /// <summary>How many times the retry interval the wait grows to while everything is refused.</summary>
    private const int RetryBackoffMax = 8;

    private readonly GatewaySettings _settings;
    private readonly GatewayCounters _counters;
    private readonly Dictionary<ulong, Waiting> _commands = [];
    private readonly Queue<(TimeSpan Deadline, ulong RequestId)> _deadlines = new();
    private readonly Queue<(long Index, List<Waiter> Reads)> _awaitingApply = new();
    private IActorRef? _raft;
    private readonly ImmutableArray<ReadOnlyMemory<byte>>.Builder _batch = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
    private readonly Queue<ReadOnlyMemory<byte>> _changes = new();
    private readonly List<ReadOnlyMemory<byte>> _refused = [];
    private List<Waiter> _nextRound = [];
    private List<Waiter> _round = [];
    private long _roundId;
    private bool _roundUnderWay;
    private bool _readsHeld;
    private bool _flushScheduled;
    private int _waitingReads;
    private long _commandBytes;
    private long _appliedIndex;
    private TimeSpan _retryDelay;
    private MemberId _leader;
    private TimeSpan? _leaderLostAt;
    private TimeSpan _leaderElectedAt;

    public GatewayActor(GatewaySettings settings, GatewayCounters counters, long appliedIndex)
    {
        _counters = counters;
        _settings = settings;
        _appliedIndex = appliedIndex;
        _retryDelay = settings.RetryInterval;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    public static Props Props(GatewaySettings settings, GatewayCounters counters, long appliedIndex)
        => Akka.Actor.Props.Create(() => new GatewayActor(settings, counters, appliedIndex));

    protected override void PreStart()
        => Timers.StartPeriodicTimer(Sweep.Instance, Sweep.Instance, TimeSpan.FromMilliseconds(100));

    protected override void PostStop()
    {
        foreach (var waiting in _commands.Values)
        {
            waiting.Command.TryFail(EtcdError.Stopped);
        }

        foreach (var read in _nextRound.Concat(_round).Concat(_awaitingApply.SelectMany(static a => a.Reads)))
        {
            read.Read.TryFail(EtcdError.Stopped);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Submit submit: Take(submit.Command); break;
            case AwaitRead awaitRead: Take(awaitRead.Read); break;
            case Flush: FlushBatch(); break;
            case BatchApplied applied: Complete(applied); break;
            case ReadIndexReady ready: EndRound(ready); break;
            case ReadIndexRefused refused: RetryRound(refused); break;
            case ProposalsRefused refused: Refused(refused); break;
            case LeadershipChanged changed: Remember(changed); break;
            case UseRaft use: Begin(use.Raft); break;
            case RetryRefused: Retry(); break;
            case Sweep: FailOverdue(); break;
            default: Unhandled(message); break;
        }
    }

    private void Begin(IActorRef raft)
    {
        _raft = raft;
        FlushBatch();
    }

    private void Take(PendingCommand command)
    {
        if (_commands.Count >= _settings.PendingMax || _commandBytes >= _settings.PendingBytesMax)
        {
            _counters.Failed++;
            command.TryFail(EtcdError.TooManyRequests);
            return;
        }

        var now = Now;
        _commands[command.RequestId] = new Waiting(command, now);
        _commandBytes += command.Payload.Length;
        _deadlines.Enqueue((now + _settings.RequestTimeout, command.RequestId));
        Add(command);
        ScheduleFlush();
    }

    private void Take(PendingRead read)
    {
        if (_waitingReads >= _settings.PendingMax)
        {
            read.TryFail(EtcdError.TooManyRequests);
            return;
        }

        _waitingReads++;
        _nextRound.Add(new Waiter(read, Now + _settings.RequestTimeout));
        if (!_roundUnderWay && !_readsHeld)
        {
            ScheduleFlush();
        }
    }

    private void Add(PendingCommand command)
    {
        if (command.IsChange)
        {
            _changes.Enqueue(command.Payload);
        }
        else
        {
            _batch.Add(command.Payload);
        }
    }

    private void ScheduleFlush()
    {
        if (!_flushScheduled)
        {
            _flushScheduled = true;
            Self.Tell(Flush.Instance);
        }
    }

    private void FlushBatch()
    {
        _flushScheduled = false;
        if (_raft is null)
        {
            return;
        }

        _counters.Pending = _commands.Count;
        if (_batch.Count > 0)
        {
            _raft.Tell(new Propose(_batch.DrainToImmutable()));
        }

        while (_changes.TryDequeue(out var change))
        {
            _raft.Tell(new ProposeConfigurationChange(change));
        }

        StartRound();
    }

    private void StartRound()
    {
        if (_raft is null || _roundUnderWay || _readsHeld || _nextRound.Count == 0)
        {
            return;
        }

        (_round, _nextRound) = (_nextRound, _round);
        _roundUnderWay = true;
        _raft.Tell(new ReadIndex(++_roundId));
    }

    private void EndRound(ReadIndexReady ready)
    {
        if (!_roundUnderWay || ready.RequestId != _roundId)
        {
            return;
        }

        _roundUnderWay = false;
        _retryDelay = _settings.RetryInterval;
        if (ready.Index <= _appliedIndex)
        {
            CompleteReads(_round);
            _round.Clear();
        }
        else
        {
            _awaitingApply.Enqueue((ready.Index, _round));
            _round = [];
        }

        StartRound();
    }

    private void RetryRound(ReadIndexRefused refused)
    {
        if (!_roundUnderWay || refused.RequestId != _roundId)
        {
            return;
        }

        _counters.SlowReads++;
        _roundUnderWay = false;
        _nextRound.InsertRange(0, _round);
        _round.Clear();
        HoldAndRetry();
    }

    private void Refused(ProposalsRefused refused)
    {
        if (refused.Reason is ProposalRefusal.Overloaded or ProposalRefusal.LearnerNotReady)
        {
            var isOverload = refused.Reason == ProposalRefusal.Overloaded;
            foreach (var payload in refused.Payloads)
            {
                if (Forget(CommandCodec.RequestIdOf(payload), out var waiting))
                {
                    _counters.Failed++;
                    waiting.Command.TryFail(isOverload ? EtcdError.TooManyRequests : EtcdError.LearnerNotReady);
                }
            }

            return;
        }

        _refused.AddRange(refused.Payloads);
        HoldAndRetry();
    }

    private void HoldAndRetry()
    {
        _readsHeld = true;
        if (!Timers.IsTimerActive(RetryRefused.Instance))
        {
            Timers.StartSingleTimer(RetryRefused.Instance, RetryRefused.Instance, _retryDelay);
            _retryDelay = _retryDelay < _settings.RetryInterval * RetryBackoffMax ? 2 * _retryDelay : _retryDelay;
        }
    }

    private void Retry()
    {
        _readsHeld = false;
        foreach (var payload in _refused)
        {
            // A command whose requester was told of a timeout is not proposed any more.
            if (_commands.TryGetValue(CommandCodec.RequestIdOf(payload), out var waiting))
            {
                Add(waiting.Command);
            }
        }

        _refused.Clear();
        FlushBatch();
    }

    private void Remember(LeadershipChanged changed)
    {
        if (changed.Leader != _leader)
        {
            // Elections without a winner say again that there is no leader: what counts is when the last one was lost.
            _leaderLostAt = _leader.IsNone ? _leaderLostAt : Now;
            _leaderElectedAt = Now;
            _leader = changed.Leader;
        }

        if (_leader.IsNone)
        {
            return;
        }

        _retryDelay = _settings.RetryInterval;
        if (Timers.IsTimerActive(RetryRefused.Instance))
        {
            Timers.Cancel(RetryRefused.Instance);
            Retry();
        }
    }

    private void Complete(BatchApplied applied)
    {
        foreach (var outcome in applied.Outcomes)
        {
            if (Forget(outcome.RequestId, out var waiting))
            {
                _ = outcome.Result is { } result
                    ? waiting.Command.TryComplete(result)
                    : waiting.Command.TryFail(outcome.Error);
            }
        }

        _counters.Pending = _commands.Count;
        _appliedIndex = Math.Max(_appliedIndex, applied.AppliedIndex);
        while (_awaitingApply.TryPeek(out var next) && next.Index <= _appliedIndex)
        {
            CompleteReads(_awaitingApply.Dequeue().Reads);
        }
    }

    private void CompleteReads(List<Waiter> reads)
    {
        _waitingReads -= reads.Count;
        foreach (var waiter in reads)
        {
            waiter.Read.TryComplete(true);
        }
    }

    private bool Forget(ulong requestId, out Waiting waiting)
    {
        if (!_commands.Remove(requestId, out waiting))
        {
            return false;
        }

        _commandBytes -= waiting.Command.Payload.Length;
        return true;
    }

    private void FailOverdue()
    {
        var now = Now;
        while (_deadlines.TryPeek(out var first) && first.Deadline <= now)
        {
            _deadlines.Dequeue();
            if (Forget(first.RequestId, out var waiting))
            {
                _counters.Failed++;
                waiting.Command.TryFail(TimeoutOf(waiting.SubmittedAt));
            }
        }

        FailOverdue(_nextRound, now, EtcdError.Timeout);
        FailOverdue(_round, now, EtcdError.Timeout);
        foreach (var (_, reads) in _awaitingApply)
        {
            FailOverdue(reads, now, EtcdError.TimeoutWaitAppliedIndex);
        }
    }

    private void FailOverdue(List<Waiter> reads, TimeSpan now, EtcdError error)
    {
        if (reads.Count == 0 || reads[0].Deadline > now)
        {
            return;
        }

        _waitingReads -= reads.RemoveAll(waiter =>
        {
            if (waiter.Deadline > now)
            {
                return false;
            }

            _counters.FailedReads++;
            _counters.SlowReads++;
            waiter.Read.TryFail(error);
            return true;
        });
    }

    // etcd: parseProposeCtxErr in etcdserver/v3_server.go.
    private EtcdError TimeoutOf(TimeSpan submittedAt)
    {
        // A leader may have been dead for some time before it was missed.
        var lostFrom = _leaderLostAt - (2 * _settings.ElectionTimeout);
        return submittedAt > lostFrom && (_leader.IsNone || submittedAt < _leaderElectedAt)
            ? EtcdError.TimeoutDueToLeaderFail
            : EtcdError.Timeout;
    }

    private readonly record struct Waiting(PendingCommand Command, TimeSpan SubmittedAt);

    private readonly record struct Waiter(PendingRead Read, TimeSpan Deadline);

    private sealed record Flush
    {
        public static readonly Flush Instance = new();
    }

    private sealed record RetryRefused
    {
        public static readonly RetryRefused Instance = new();
    }

    private sealed record Sweep
    {
        public static readonly Sweep Instance = new();
    }
}
