using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Compaction;

/// <summary>
/// Compacts history by time or by count while this member leads (etcd: <c>api/v3compactor</c>).
/// <code>
/// Sample              the revision now; compacts at the one a period ago, or so many revisions back
/// LeadershipChanged   only the leader proposes; every member samples, so that a new leader has the past
/// </code>
/// </summary>
public sealed class AutoCompactionActor : UntypedActor, IWithTimers
{
    private readonly AutoCompactionSettings _settings;
    private readonly MemberId _self;
    private readonly IActorRef _gateway;
    private readonly RequestIds _requestIds;
    private readonly ViewSource _views;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<(TimeSpan At, long Revision)> _samples = new();
    private TimeSpan _nextCompaction;
    private long _target;
    private bool _isLeader;

    public AutoCompactionActor(
        AutoCompactionSettings settings, MemberId self, IActorRef gateway, RequestIds requestIds, ViewSource views)
    {
        _settings = settings;
        _self = self;
        _gateway = gateway;
        _requestIds = requestIds;
        _views = views;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    public static Props Props(
        AutoCompactionSettings settings, MemberId self, IActorRef gateway, RequestIds requestIds, ViewSource views)
        => Akka.Actor.Props.Create(() => new AutoCompactionActor(settings, self, gateway, requestIds, views));

    protected override void PreStart()
    {
        if (_settings.Period is { } period)
        {
            _nextCompaction = Now + period;
            _samples.Enqueue((Now, _views.Current.Revision));
            Timers.StartPeriodicTimer(Sample.Instance, Sample.Instance, IntervalOf(period) / AutoCompactionSettings.SamplesPerInterval);
        }
        else if (_settings.Revisions is not null)
        {
            Timers.StartPeriodicTimer(Sample.Instance, Sample.Instance, AutoCompactionSettings.RevisionInterval);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Sample: TakeSample(); break;
            case LeadershipChanged changed: _isLeader = changed.Leader == _self; break;
            default: Unhandled(message); break;
        }
    }

    private static TimeSpan IntervalOf(TimeSpan period)
        => period < AutoCompactionSettings.IntervalMax ? period : AutoCompactionSettings.IntervalMax;

    private void TakeSample()
    {
        var revision = _views.Current.Revision;
        if (_settings.Revisions is { } kept)
        {
            Propose(revision - kept);
            return;
        }

        var now = Now;
        var period = _settings.Period!.Value;
        _samples.Enqueue((now, revision));
        while (_samples.TryPeek(out var oldest) && oldest.At <= now - period)
        {
            _target = _samples.Dequeue().Revision;
        }

        if (now >= _nextCompaction)
        {
            _nextCompaction = now + IntervalOf(period);
            Propose(_target);
        }
    }

    private void Propose(long revision)
    {
        if (!_isLeader || revision <= 0 || revision <= _views.Current.CompactRevision)
        {
            return;
        }

        _log.Info("starting auto compaction at revision {0}", revision);
        var requestId = _requestIds.Next();
        var payload = CommandCodec.Encode(requestId, new CompactionRequest(revision));
        _gateway.Tell(new Submit(new PendingCommand(requestId, payload)));
    }

    private sealed record Sample
    {
        public static readonly Sample Instance = new();
    }
}
