using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Alarms;

/// <summary>
/// Raises the alarm for space in this member's name, and clears it when deletes and a compaction have made room.
/// <code>
/// NoSpaceMet          the alarm is proposed, unless it is active or on its way
/// Check               below the low-water mark: this member's alarm is cleared, on the leader those of all members
/// LeadershipChanged   remembered
/// </code>
/// An alarm that an operator raised while there was space is the operator's to clear: only an alarm that was raised here,
/// or was met above the mark, is cleared.
/// </summary>
public sealed class SpaceAlarmActor : UntypedActor, IWithTimers
{
    private readonly SpaceAlarmSettings _settings;
    private readonly IActorRef _gateway;
    private readonly RequestIds _requestIds;
    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private TimeSpan _quietUntil;
    private bool _clears;
    private bool _wasActive;
    private bool _isLeader;

    public SpaceAlarmActor(
        SpaceAlarmSettings settings, IActorRef gateway, RequestIds requestIds, ViewSource views, ReplicatedSource replicated)
    {
        _settings = settings;
        _gateway = gateway;
        _requestIds = requestIds;
        _views = views;
        _replicated = replicated;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    private long LiveBytes => SpaceUse.LiveBytes(_views.Current, _replicated.V2.State);

    private AlarmMember Own => new(_settings.Member, AlarmType.NoSpace);

    public static Props Props(
        SpaceAlarmSettings settings, IActorRef gateway, RequestIds requestIds, ViewSource views, ReplicatedSource replicated)
        => Akka.Actor.Props.Create(() => new SpaceAlarmActor(settings, gateway, requestIds, views, replicated));

    protected override void PreStart()
        => Timers.StartPeriodicTimer(Check.Instance, Check.Instance, SpaceAlarmSettings.CheckInterval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NoSpaceMet: Raise(); break;
            case Check: ClearIfThereIsSpace(); break;
            case LeadershipChanged changed: _isLeader = changed.Leader == _settings.Member; break;
            default: Unhandled(message); break;
        }
    }

    private void Raise()
    {
        _clears = true;
        if (_replicated.Alarms.Contains(Own) || Now < _quietUntil)
        {
            return;
        }

        _log.Warning(
            "{0} live bytes, and no space for more below the quota of {1}: alarm NOSPACE",
            LiveBytes,
            _settings.QuotaBytes);
        Propose(AlarmAction.Activate, _settings.Member);
    }

    private void ClearIfThereIsSpace()
    {
        var active = _replicated.Alarms.Where(static alarm => alarm.Alarm == AlarmType.NoSpace).ToArray();
        if (active.Length == 0)
        {
            // What is on its way to be raised is not yet over.
            _clears &= !_wasActive;
            _wasActive = false;
            return;
        }

        _wasActive = true;
        var live = LiveBytes;
        if (live >= _settings.LowWaterBytes)
        {
            _clears = true;
            return;
        }

        if (!_clears || Now < _quietUntil)
        {
            return;
        }

        foreach (var alarm in active.Where(alarm => _isLeader || alarm.Member == _settings.Member))
        {
            _log.Info("{0} live bytes, space below the quota of {1} again: the alarm of {2} ends", live, _settings.QuotaBytes, alarm.Member);
            Propose(AlarmAction.Deactivate, alarm.Member);
        }
    }

    private void Propose(AlarmAction action, MemberId member)
    {
        _quietUntil = Now + (action == AlarmAction.Activate ? SpaceAlarmSettings.CheckInterval : SpaceAlarmSettings.RetryInterval);
        var requestId = _requestIds.Next();
        var payload = CommandCodec.Encode(requestId, new AlarmRequest(action, member, AlarmType.NoSpace));
        _gateway.Tell(new Submit(new PendingCommand(requestId, payload)));
    }

    private sealed record Check
    {
        public static readonly Check Instance = new();
    }
}
