using Akka.Actor;
using Akka.Coordination;

namespace ActorEtcd.Client;

/// <summary>
/// One lease: takes it, keeps it, and says when it is lost. Requests to the node are tasks whose outcomes come back as
/// messages; each belongs to an attempt, and the outcome of an attempt that was given up is undone.
/// <code>
/// Acquire      held: yes; otherwise asks the node, once for all who ask meanwhile
/// Taken        held from the moment of asking on, or somebody else's
/// Refused      whoever asked gets the reason
/// TimedOut     whoever asked is told that nobody knows
/// Tick         confirms the lease; lost when it was not confirmed for the heartbeat timeout
/// Kept         confirmed from the moment of asking on, or lost
/// Release      gives it back
/// </code>
/// </summary>
internal sealed class EtcdLeaseActor : UntypedActor, IWithTimers
{
    private readonly LeaseSettings _settings;
    private readonly EtcdLeaseState _state;
    private readonly EtcdLock _lock;
    private readonly Etcd _etcd = Etcd.Get(Context.System);
    private readonly List<Acquire> _waiting = [];
    private LeaseId _lease;
    private TimeSpan _heldUntil;
    private Action<Exception?> _lost = static _ => { };
    private int _attempt;

    public EtcdLeaseActor(LeaseSettings settings, EtcdLeaseState state)
    {
        _settings = settings;
        _state = state;
        var prefix = settings.LeaseConfig.GetString("prefix", "/akka/leases/");
        _lock = new EtcdLock(prefix + settings.LeaseName, settings.OwnerName, settings.TimeoutSettings.HeartbeatTimeout);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    public static Props Props(LeaseSettings settings, EtcdLeaseState state)
        => Akka.Actor.Props.Create(() => new EtcdLeaseActor(settings, state));

    protected override void PostStop() => _state.IsHeld = false;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Acquire acquire: Take(acquire); break;
            case Taken taken when taken.Attempt == _attempt: End(taken); break;
            case Taken { Lease.IsNone: false } late: GiveBack(late.Lease); break;
            case Refused refused when refused.Attempt == _attempt: FailWaiting(new LeaseException(refused.Reason.Message, refused.Reason)); break;
            case TimedOut timedOut when timedOut.Attempt == _attempt: GiveUp(); break;
            case Tick: Keep(); break;
            case Kept kept when kept.Lease == _lease: Confirm(kept); break;
            case Release release: LetGo(release); break;
            case Taken or Refused or TimedOut or Kept or NotKept: break;
            default: Unhandled(message); break;
        }
    }

    private void Take(Acquire acquire)
    {
        if (_state.IsHeld)
        {
            _lost = acquire.Lost;
            acquire.Reply.TryComplete(true);
            return;
        }

        _waiting.Add(acquire);
        if (_waiting.Count > 1)
        {
            return;
        }

        var attempt = ++_attempt;
        var asked = Now;
        _lock.TakeAsync(_etcd.Node).PipeTo(
            Self,
            success: lease => new Taken(attempt, lease, asked),
            failure: reason => new Refused(attempt, reason));
        Timers.StartSingleTimer("operation", new TimedOut(attempt), _settings.TimeoutSettings.OperationTimeout);
    }

    private void End(Taken taken)
    {
        Timers.Cancel("operation");
        if (!taken.Lease.IsNone)
        {
            _lease = taken.Lease;
            _heldUntil = taken.Asked + _settings.TimeoutSettings.HeartbeatTimeout;
            _lost = _waiting[^1].Lost;
            _state.IsHeld = true;
            Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, _settings.TimeoutSettings.HeartbeatInterval);
        }

        foreach (var waiting in _waiting)
        {
            waiting.Reply.TryComplete(_state.IsHeld);
        }

        _waiting.Clear();
    }

    private void GiveUp()
    {
        _attempt++;
        FailWaiting(new LeaseTimeoutException(
            $"lease [{_settings.LeaseName}] was not acquired within {_settings.TimeoutSettings.OperationTimeout}"));
    }

    private void FailWaiting(Exception reason)
    {
        Timers.Cancel("operation");
        foreach (var waiting in _waiting)
        {
            waiting.Reply.TryFail(reason);
        }

        _waiting.Clear();
    }

    private void Keep()
    {
        if (Now >= _heldUntil)
        {
            Lose(new LeaseTimeoutException(
                $"lease [{_settings.LeaseName}] was not confirmed for {_settings.TimeoutSettings.HeartbeatTimeout}"));
            return;
        }

        var (lease, asked) = (_lease, Now);
        _lock.KeepAsync(_etcd.Node, lease).PipeTo(
            Self, success: isHeld => new Kept(lease, isHeld, asked), failure: _ => NotKept.Instance);
    }

    private void Confirm(Kept kept)
    {
        if (!kept.IsHeld)
        {
            Lose(null);
            return;
        }

        _heldUntil = kept.Asked + _settings.TimeoutSettings.HeartbeatTimeout;
    }

    private void Lose(Exception? reason)
    {
        Forget();
        _lost(reason);
    }

    private void LetGo(Release release)
    {
        if (!_state.IsHeld)
        {
            release.Reply.TryComplete(true);
            return;
        }

        var lease = _lease;
        Forget();
        EtcdLock.ReleaseAsync(_etcd.Node, lease).WaitAsync(_settings.TimeoutSettings.OperationTimeout).ContinueWith(
            done => done.IsCompletedSuccessfully
                ? release.Reply.TryComplete(true)
                : release.Reply.TryFail(new LeaseException("the lease was not given back", done.Exception!.InnerException!)),
            TaskScheduler.Default);
    }

    private void GiveBack(LeaseId lease) => _ = EtcdLock.ReleaseAsync(_etcd.Node, lease);

    private void Forget()
    {
        Timers.Cancel(Tick.Instance);
        _state.IsHeld = false;
        _lease = default;
    }

    internal sealed record Acquire(Pending<bool> Reply, Action<Exception?> Lost);

    internal sealed record Release(Pending<bool> Reply);

    private sealed record Taken(int Attempt, LeaseId Lease, TimeSpan Asked);

    private sealed record Refused(int Attempt, Exception Reason);

    private sealed record TimedOut(int Attempt);

    private sealed record Kept(LeaseId Lease, bool IsHeld, TimeSpan Asked);

    private sealed record NotKept
    {
        public static readonly NotKept Instance = new();
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
