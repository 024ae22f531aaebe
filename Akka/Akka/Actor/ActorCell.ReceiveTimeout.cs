namespace Akka.Actor;

/// <summary>The message that tells an actor that it has been idle.</summary>
public partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable _receiveTimeoutSchedule;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout = null)
    {
        _receiveTimeout = timeout;
        if (timeout is null)
        {
            ReleaseReceiveTimeout();
        }
    }

    public void CheckReceiveTimeout(bool reschedule = true)
    {
        if (!_receiveTimeout.HasValue || (!reschedule && _receiveTimeoutSchedule is not null))
        {
            return;
        }

        ReleaseReceiveTimeout();
        if (_mailbox.HasMessages)
        {
            return;
        }

        var schedule = new FlagCancelable();
        _receiveTimeoutSchedule = schedule;
        _system.Scheduler.ScheduleTellOnce(
            _receiveTimeout.Value, _self, Akka.Actor.ReceiveTimeout.Instance, _self, schedule);
    }

    private void ReleaseReceiveTimeout()
    {
        _receiveTimeoutSchedule?.Cancel();
        _receiveTimeoutSchedule = null;
    }
}
