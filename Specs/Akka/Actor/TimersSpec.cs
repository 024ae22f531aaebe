using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class TimersSpec : ActorSpecBase
{
    [Fact]
    public async Task Single_timer_fires_once_and_is_inactive_afterwards()
    {
        var probe = NewProbe();
        var actor = Start(probe);
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "tick", TimeSpan.FromMilliseconds(30));
            probe.Ref.Tell(timers.IsTimerActive("key"));
        }));
        await probe.Expect(true);
        await probe.Expect("tick");
        Assert.False(await IsActive(actor));
    }

    [Fact]
    public async Task Periodic_timer_fires_until_it_is_cancelled()
    {
        var probe = NewProbe();
        var actor = Start(probe);
        actor.Tell(new Run(timers => timers.StartPeriodicTimer("key", "tick", TimeSpan.FromMilliseconds(20))));
        await probe.Expect("tick");
        await probe.Expect("tick");
        actor.Tell(new Run(timers => timers.Cancel("key")));
        Assert.False(await IsActive(actor));
    }

    [Fact]
    public async Task Timer_that_is_replaced_while_its_message_waits_has_no_effect()
    {
        var probe = NewProbe();
        var actor = Start(probe);
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "stale", TimeSpan.FromMilliseconds(1));
            WaitOut(TimeSpan.FromMilliseconds(100));
            timers.StartSingleTimer("key", "fresh", TimeSpan.FromMilliseconds(30));
        }));
        await probe.Expect("fresh");
    }

    [Fact]
    public async Task Timer_that_is_cancelled_while_its_message_waits_has_no_effect()
    {
        var probe = NewProbe();
        var actor = Start(probe);
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "stale", TimeSpan.FromMilliseconds(1));
            WaitOut(TimeSpan.FromMilliseconds(100));
            timers.Cancel("key");
            timers.StartSingleTimer("other", "end", TimeSpan.FromMilliseconds(30));
        }));
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Timers_do_not_outlive_a_restart()
    {
        var probe = NewProbe();
        var actor = Start(probe);
        actor.Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "stale", TimeSpan.FromMilliseconds(30));
            throw new InvalidOperationException("asked to fail");
        }));
        Assert.False(await IsActive(actor));
        actor.Tell(new Run(timers => timers.StartSingleTimer("other", "end", TimeSpan.FromMilliseconds(100))));
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Receive_timeout_comes_only_after_silence()
    {
        var probe = NewProbe();
        var actor = Start((message, context) =>
        {
            switch (message)
            {
                case "arm":
                    context.SetReceiveTimeout(TimeSpan.FromMilliseconds(40));
                    break;
                case ReceiveTimeout:
                    context.SetReceiveTimeout(null);
                    probe.Ref.Tell("silence");
                    break;
            }
        });
        actor.Tell("arm");
        await probe.Expect("silence");
    }

    [Fact]
    public async Task Cancelled_schedule_does_not_fire()
    {
        Probe probe;
        TimeSpan start;
        do
        {
            // Again, where it took so long that the schedule may have fired before it was cancelled.
            probe = NewProbe();
            start = Sys.Scheduler.MonotonicClock;
            var cancelled = Sys.Scheduler.ScheduleTellOnceCancelable(
                TimeSpan.FromMilliseconds(30), probe.Ref, "cancelled", ActorRefs.NoSender);
            cancelled.Cancel();
        }
        while (Sys.Scheduler.MonotonicClock - start > TimeSpan.FromMilliseconds(20));

        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), probe.Ref, "end", ActorRefs.NoSender);
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Schedule_never_fires_early()
    {
        var fired = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = Sys.Scheduler.MonotonicClock;
        Sys.Scheduler.Advanced.ScheduleOnce(
            TimeSpan.FromMilliseconds(50), () => fired.TrySetResult(Sys.Scheduler.MonotonicClock - start));
        var elapsed = await fired.Task.WaitAsync(Patience);
        Assert.True(elapsed >= TimeSpan.FromMilliseconds(49), $"fired after {elapsed}");
    }

    [Fact]
    public void Negative_delay_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(-1), ActorRefs.Nobody, "x", ActorRefs.NoSender));
    }

    // The handler occupies the actor, so that a timer's message has to wait in the mailbox.
    private static void WaitOut(TimeSpan time)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(time);
    }

    private IActorRef Start(Probe probe) => Sys.ActorOf(Props.Create(() => new TimerActor(probe.Ref)));

    private static Task<bool> IsActive(IActorRef actor) => actor.Ask<bool>("active?", Patience);

    private sealed record Run(Action<ITimerScheduler> Action);

    private sealed class TimerActor : ReceiveActor, IWithTimers
    {
        public TimerActor(IActorRef probe)
        {
            Receive<Run>(run => run.Action(Timers));
            Receive<string>(text => text == "active?", _ => Sender.Tell(Timers.IsTimerActive("key")));
            Receive<string>(text => probe.Tell(text));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
