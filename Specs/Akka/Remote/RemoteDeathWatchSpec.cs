using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

public class RemoteDeathWatchSpec : RemoteSpecBase
{
    private const string ImpatientDetector =
        "akka.remote.watch-failure-detector { acceptable-heartbeat-pause = 3s, expected-response-after = 3s }";

    public RemoteDeathWatchSpec()
        : base(ImpatientDetector)
    {
    }

    [Fact]
    public void Watcher_is_told_when_a_remote_actor_stops()
    {
        var other = NewSystem("other");
        var actor = other.ActorOf(Props.Create(() => new EchoActor()), "watched");
        var watched = Resolve(other, "watched");
        Watch(watched);

        other.Stop(actor);

        Assert.False(ExpectTerminated(watched).AddressTerminated);
    }

    [Fact]
    public void Every_watcher_is_told()
    {
        var other = NewSystem("other");
        var watched = NewEcho(other);
        var probes = Enumerable.Range(0, 5).Select(_ => CreateTestProbe()).ToArray();
        foreach (var probe in probes)
        {
            probe.Watch(watched);
        }

        watched.Tell(PoisonPill.Instance);

        Assert.All(probes, probe => probe.ExpectTerminated(watched));
    }

    [Fact]
    public void Watcher_of_an_actor_that_is_gone_is_told_at_once()
    {
        var other = NewSystem("other");
        var actor = other.ActorOf(Props.Create(() => new EchoActor()), "gone");
        var gone = Resolve(other, "gone");
        var first = CreateTestProbe();
        first.Watch(gone);
        other.Stop(actor);
        first.ExpectTerminated(gone);

        Watch(gone);

        Assert.False(ExpectTerminated(gone).ExistenceConfirmed);
    }

    [Fact]
    public void Watcher_that_unwatched_is_not_told()
    {
        var other = NewSystem("other");
        var watched = NewEcho(other);
        var second = CreateTestProbe();
        Watch(watched);
        second.Watch(watched);
        Unwatch(watched);

        watched.Tell(PoisonPill.Instance);

        second.ExpectTerminated(watched);
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void Last_message_of_an_actor_comes_before_its_termination()
    {
        var other = NewSystem("other");
        other.ActorOf(Props.Create(() => new LastWordsActor()), "last-words");
        var actor = Resolve(other, "last-words");
        Watch(actor);

        actor.Tell("go");

        ExpectMsg("go");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Watcher_is_told_when_the_remote_system_terminates()
    {
        var other = NewSystem("other");
        var watched = NewEcho(other);
        Watch(watched);
        watched.Tell("settle");
        ExpectMsg("settle");

        End(other);

        ExpectTerminated(watched);
    }

    [Fact]
    public void Watcher_is_told_when_the_remote_system_falls_silent()
    {
        var port = FreePorts.Next();
        using var proxy = new TcpProxy(port);
        var other = NewSystem("other", ReconnectSpec.Behind(proxy, port) + "\n" + ImpatientDetector);
        var watched = NewEcho(other);
        var events = Subscribe(Sys, typeof(QuarantinedEvent));
        Watch(watched);
        watched.Tell("settle");
        ExpectMsg("settle");
        AwaitHeartbeats();

        proxy.Freeze();

        Assert.True(ExpectTerminated(watched).AddressTerminated);
        Assert.Equal(AddressOf(other), events.ExpectMsg<QuarantinedEvent>().Address);
        var letters = Subscribe(Sys, typeof(DeadLetter));
        watched.Tell("into the void");
        Assert.Equal("into the void", letters.FishForMessage<DeadLetter>(l => l.Message is string).Message);
        proxy.Heal();
    }

    [Fact]
    public void Termination_during_an_interrupted_connection_is_told_afterwards()
    {
        var port = FreePorts.Next();
        using var proxy = new TcpProxy(port);
        var other = NewSystem("other", ReconnectSpec.Behind(proxy, port));
        var actor = other.ActorOf(Props.Create(() => new EchoActor()), "watched");
        var watched = Resolve(other, "watched");
        Watch(watched);
        watched.Tell("settle");
        ExpectMsg("settle");

        proxy.Cut();
        other.Stop(actor);
        proxy.Heal();

        ExpectTerminated(watched);
    }

    // The uid of the other system comes with the first answer to a heartbeat; without it nothing is quarantined.
    private void AwaitHeartbeats() => CreateTestProbe().ExpectNoMsg(TimeSpan.FromSeconds(2));

    private sealed class LastWordsActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            Sender.Tell(message);
            Context.Stop(Self);
        }
    }
}
