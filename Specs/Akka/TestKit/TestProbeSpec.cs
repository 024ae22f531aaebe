using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Akka.TestKit;

public class TestProbeSpec : PatientTestKit
{
    [Fact]
    public void Probe_receives_what_is_sent_to_its_reference()
    {
        var probe = CreateTestProbe("collector");
        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");
        Assert.Contains("collector", probe.Ref.Path.ToString());
        ExpectNoMsg(TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void Probe_replies_to_the_sender_of_the_last_message()
    {
        var probe = CreateTestProbe();
        probe.Ref.Tell("question", TestActor);
        probe.ExpectMsg("question");
        Assert.Equal(TestActor, probe.Sender);

        probe.Reply("answer");

        ExpectMsg("answer");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void Probe_sends_in_its_own_name_and_forwards_in_the_name_of_the_sender()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "direct");
        ExpectMsgFrom(probe.Ref, "direct");

        var origin = CreateTestProbe();
        origin.Send(probe.Ref, "relayed");
        probe.ExpectMsg("relayed");
        probe.Forward(TestActor);
        ExpectMsgFrom(origin.Ref, "relayed");
    }

    [Fact]
    public void Probe_sees_the_end_of_a_watched_actor()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Empty);
        probe.Watch(actor);
        Sys.Stop(actor);
        probe.ExpectTerminated(actor);
    }

    [Fact]
    public void Probe_does_not_see_the_end_of_an_actor_that_it_unwatched()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Empty);
        probe.Watch(actor);
        probe.Unwatch(actor);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Auto_pilot_answers_until_it_retires()
    {
        var probe = CreateTestProbe();
        var left = 2;
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"auto {message}");
            return --left > 0 ? AutoPilot.KeepRunning : AutoPilot.NoAutoPilot;
        }));

        foreach (var message in new[] { "a", "b", "c" })
        {
            probe.Ref.Tell(message, TestActor);
        }

        ExpectMsg("auto a");
        ExpectMsg("auto b");
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(["a", "b", "c"], probe.ReceiveN(3));
    }

    [Fact]
    public void Probe_can_stand_for_an_actor_reference()
    {
        var probe = CreateTestProbe();
        IActorRef reference = probe;
        reference.Tell("x", TestActor);
        probe.ExpectMsg("x");
        Assert.Equal(probe.Ref.Path, reference.Path);
    }
}
