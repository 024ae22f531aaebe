using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Xunit;

namespace ActorEtcd.Specs.Akka.TestKit;

public class TestSchedulerSpec() : PatientTestKit(TestConfigs.TestSchedulerConfig)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Message_is_delivered_when_virtual_time_reaches_it_and_not_before()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), TestActor, "due", ActorRefs.NoSender);

        Scheduler.Advance(TimeSpan.FromMinutes(59));
        ExpectNoMsg(Quiet);

        Scheduler.Advance(TimeSpan.FromMinutes(1));
        ExpectMsg("due");
    }

    [Fact]
    public void Messages_of_one_advance_arrive_in_order_of_their_time()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(3), TestActor, "third", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "first", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(2), TestActor, "second", ActorRefs.NoSender);

        Scheduler.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["first", "second", "third"], ReceiveN(3));
    }

    [Fact]
    public void Messages_of_the_same_time_arrive_in_order_of_scheduling()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, name, ActorRefs.NoSender);
        }

        Scheduler.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["a", "b", "c"], ReceiveN(3));
    }

    [Fact]
    public void Cancelled_message_is_not_delivered()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "never", ActorRefs.NoSender, cancelable);

        cancelable.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(2));

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Repeated_message_comes_once_per_interval_until_cancelled()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellRepeatedly(
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TestActor, "tick", ActorRefs.NoSender, cancelable);

        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("tick");
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectNoMsg(Quiet);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("tick");

        cancelable.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Action_runs_on_the_advancing_thread()
    {
        var ranOn = -1;
        Sys.Scheduler.Advanced.ScheduleOnce(
            TimeSpan.FromSeconds(1), () => ranOn = Environment.CurrentManagedThreadId);

        Scheduler.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Environment.CurrentManagedThreadId, ranOn);
    }

    [Fact]
    public void Clock_moves_only_by_advancing()
    {
        var before = Scheduler.Now;

        Scheduler.Advance(TimeSpan.FromDays(2));
        Assert.Equal(before + TimeSpan.FromDays(2), Scheduler.Now);

        Scheduler.AdvanceTo(before + TimeSpan.FromDays(3));
        Assert.Equal(before + TimeSpan.FromDays(3), Scheduler.Now);
    }

    [Fact]
    public void Monotonic_clocks_are_the_machines_and_do_not_move_by_advancing()
    {
        var before = Sys.Scheduler.MonotonicClock;
        var beforeHighRes = Sys.Scheduler.HighResMonotonicClock;

        Scheduler.Advance(TimeSpan.FromDays(2));

        Assert.InRange(Sys.Scheduler.MonotonicClock - before, TimeSpan.Zero, TimeSpan.FromHours(1));
        Assert.InRange(Sys.Scheduler.HighResMonotonicClock - beforeHighRes, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public void Clock_refuses_to_go_back()
    {
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(Scheduler.Now - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Timer_of_an_actor_follows_virtual_time()
    {
        var self = TestActor;
        var actor = Sys.ActorOf(Props.Create(() => new Alarm(self)));
        actor.Tell(TimeSpan.FromMinutes(5));
        ExpectMsg("armed");

        Scheduler.Advance(TimeSpan.FromMinutes(4));
        ExpectNoMsg(Quiet);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        ExpectMsg("rang");
    }

    private sealed class Alarm : ReceiveActor, IWithTimers
    {
        public Alarm(IActorRef report)
        {
            Receive<TimeSpan>(after =>
            {
                Timers.StartSingleTimer("alarm", "rang", after);
                report.Tell("armed");
            });
            Receive<string>(report.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
