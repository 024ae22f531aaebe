using Akka.Actor;
using Akka.Event;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Akka.TestKit;

public class TestKitSystemSpec(ITestOutputHelper output)
    : global::Akka.TestKit.Xunit2.TestKit(ActorSystem.Create("own", "akka.loglevel = DEBUG"), output)
{
    [Fact]
    public void Test_kit_adopts_a_system_that_it_is_given()
    {
        Assert.Equal("own", Sys.Name);
        TestActor.Tell("x");
        ExpectMsg("x");
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.SingleExpectDefault);
        Sys.Log.Info("goes to the output of the test");
    }

    [Fact]
    public void Test_actor_ref_works_in_a_system_that_was_given()
    {
        var actor = ActorOfAsTestActorRef<Mirror>();
        actor.Tell("seen");
        Assert.Equal("seen", actor.UnderlyingActor.Last);
    }

    [Fact]
    public void Probe_of_another_system_works()
    {
        var other = ActorSystem.Create("other");
        try
        {
            var probe = CreateTestProbe(other);
            probe.Ref.Tell("x");
            probe.ExpectMsg("x");
            Assert.Contains("other", probe.Ref.Path.Address.ToString());
        }
        finally
        {
            Shutdown(other);
        }
    }

    [Fact]
    public void Children_of_the_test_actor_report_to_it()
    {
        var child = ChildActorOf(Props.Create(() => new Mirror()), "kid");
        Assert.Equal(TestActor.Path, child.Path.Parent);
    }

    [Fact]
    public void Timeouts_are_dilated_by_the_time_factor()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), Dilated(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Latch_opens_when_counted_down()
    {
        var latch = CreateTestLatch(2);
        latch.CountDown();
        Assert.False(latch.IsOpen);
        Assert.Throws<TimeoutException>(() => latch.Ready(TimeSpan.FromMilliseconds(20)));
        latch.CountDown();
        latch.Ready();
        Assert.True(latch.IsOpen);
    }

    private sealed class Mirror : UntypedActor
    {
        public object? Last { get; private set; }

        protected override void OnReceive(object message) => Last = message;
    }
}
