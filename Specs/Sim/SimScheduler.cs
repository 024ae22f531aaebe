using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorEtcd.Specs.Sim;

/// <summary>The clock and the timers of one life of a member: the world's time at the rate of this member's clock.</summary>
public sealed class SimScheduler : SchedulerBase
{
    private readonly SimMember _member;
    private readonly int _life;

    public SimScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        _member = SimMember.Starting;
        _life = _member.Life;
    }

    public override TimeSpan HighResMonotonicClock => _member.Clock;

    public override TimeSpan MonotonicClock => _member.Clock;

    protected override DateTimeOffset TimeNow => _member.UtcNow;

    internal SimMember Member => _member;

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Once(delay, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Once(delay, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Repeatedly(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Repeatedly(initialDelay, interval, action.Run, cancelable);

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Once(delay, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Repeatedly(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    private void Once(TimeSpan delay, Action action, ICancelable? cancelable) => _member.After(_life, delay / _member.ClockRate, () =>
    {
        if (cancelable is not { IsCancellationRequested: true })
        {
            action();
        }
    });

    private void Repeatedly(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        _member.After(_life, delay / _member.ClockRate, () =>
        {
            if (cancelable is not { IsCancellationRequested: true })
            {
                action();
                Repeatedly(interval, interval, action, cancelable);
            }
        });
}
