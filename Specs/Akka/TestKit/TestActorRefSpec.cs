using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Akka.TestKit;

public class TestActorRefSpec : PatientTestKit
{
    private enum Door
    {
        Closed,
        Open,
    }

    [Fact]
    public void Test_actor_ref_processes_a_message_before_tell_returns()
    {
        var counter = ActorOfAsTestActorRef<Counter>();
        counter.Tell(2);
        counter.Tell(3);
        Assert.Equal(5, counter.UnderlyingActor.Sum);
    }

    [Fact]
    public void Test_actor_ref_passes_an_exception_of_receive_to_the_caller()
    {
        var counter = ActorOfAsTestActorRef<Counter>("thrower");
        Assert.Throws<ArgumentException>(() => counter.Receive("bad"));
    }

    [Fact]
    public void Test_actor_ref_is_supervised_like_any_child()
    {
        var counter = ActorOfAsTestActorRef<Counter>();
        var first = counter.UnderlyingActor;
        counter.Tell("bad");
        AwaitAssert(() => Assert.NotSame(first, counter.UnderlyingActor));
        Assert.Equal(0, counter.UnderlyingActor.Sum);
    }

    [Fact]
    public void Test_actor_ref_can_be_watched_and_stopped()
    {
        var counter = ActorOfAsTestActorRef<Counter>();
        Watch(counter.Ref);
        Sys.Stop(counter.Ref);
        ExpectTerminated(counter.Ref);
    }

    [Fact]
    public void Test_fsm_ref_shows_state_and_data()
    {
        var door = ActorOfAsTestFSMRef<DoorActor, Door, int>();
        Assert.Equal(Door.Closed, door.StateName);
        Assert.Equal(0, door.StateData);

        door.Tell("push");

        Assert.Equal(Door.Open, door.StateName);
        Assert.Equal(1, door.StateData);
    }

    [Fact]
    public void Test_fsm_ref_sets_state_and_data()
    {
        var door = ActorOfAsTestFSMRef<DoorActor, Door, int>();
        door.SetState(Door.Open, 9);
        Assert.Equal(Door.Open, door.StateName);
        Assert.Equal(9, door.StateData);
        door.SetStateData(10);
        Assert.Equal(10, door.StateData);
        door.Tell("push");
        Assert.Equal(Door.Closed, door.StateName);
    }

    [Fact]
    public void Test_fsm_ref_sets_and_cancels_timers()
    {
        var door = ActorOfAsTestFSMRef<DoorActor, Door, int>();
        Assert.False(door.IsTimerActive("t"));
        door.SetTimer("t", "push", TimeSpan.FromHours(1));
        Assert.True(door.IsTimerActive("t"));
        door.CancelTimer("t");
        Assert.False(door.IsTimerActive("t"));

        door.SetTimer("now", "push", TimeSpan.FromMilliseconds(1));
        Until(() => door.StateName == Door.Open);
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter()
        {
            Receive<int>(i => Sum += i);
            Receive<string>(s => throw new ArgumentException(s));
        }

        public int Sum { get; private set; }
    }

    private sealed class DoorActor : FSM<Door, int>
    {
        public DoorActor()
        {
            StartWith(Door.Closed, 0);
            When(Door.Closed, e => e.FsmEvent is "push" ? GoTo(Door.Open).Using(e.StateData + 1) : null);
            When(Door.Open, e => e.FsmEvent is "push" ? GoTo(Door.Closed) : null);
            Initialize();
        }
    }
}
