using System.Collections.Immutable;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

public class ReconnectSpec : RemoteSpecBase
{
    [Fact]
    public void System_that_comes_back_at_its_address_is_reached_again()
    {
        var config = $"akka.remote.dot-netty.tcp.port = {FreePorts.Next()}";
        var first = NewSystem("other", config);
        var path = NewEcho(first).Path;
        End(first);

        var second = NewSystem("other", config);
        second.ActorOf(Props.Create(() => new EchoActor()), "echo");

        AwaitEcho(new RootActorPath(path.Address) / "user" / "echo");
    }

    [Fact]
    public void Connection_that_was_cut_is_made_again()
    {
        var port = FreePorts.Next();
        using var proxy = new TcpProxy(port);
        var other = NewSystem("other", Behind(proxy, port));
        var echo = NewEcho(other);
        var events = Subscribe(Sys, typeof(DisassociatedEvent));

        proxy.Cut();
        events.ExpectMsg<DisassociatedEvent>();
        proxy.Heal();

        AwaitEcho(echo.Path);
    }

    // The genuine transport dials the address itself and nothing else.
    [SubsetFact]
    public async Task System_is_reached_at_another_of_its_places_when_one_is_cut()
    {
        var port = FreePorts.Next();
        using var proxy = new TcpProxy(port);
        using var second = new TcpProxy(port);
        var other = NewSystem("other", Behind(proxy, port));
        var address = AddressOf(other);
        var remote = (IRemoteActorRefProvider)((ExtendedActorSystem)Sys).Provider;
        var routes = ImmutableDictionary<Address, ImmutableArray<Address>>.Empty.Add(address, [address, address.WithPort(second.Port)]);
        Assert.True(await remote.Transport.ManagementCommand(routes));
        var echo = NewEcho(other);

        proxy.Cut();
        AwaitEcho(echo.Path);

        second.Cut();
        proxy.Heal();
        AwaitEcho(echo.Path);
    }

    [Fact]
    public void Address_that_nobody_listens_on_is_gated_and_its_messages_are_dead_letters()
    {
        var nowhere = new Address("akka.tcp", "nowhere", "127.0.0.1", FreePorts.Next());
        var events = Subscribe(Sys, typeof(AssociationErrorEvent), typeof(DeadLetter));

        Sys.ActorSelection(new RootActorPath(nowhere) / "user" / "echo").Tell("hello");

        events.FishForMessage<AssociationErrorEvent>(e => e.RemoteAddress == nowhere);
    }

    [Fact]
    public void Connection_is_announced_on_the_event_stream()
    {
        var events = Subscribe(Sys, typeof(AssociatedEvent));
        var other = NewSystem("other");
        NewEcho(other);

        var associated = events.FishForMessage<AssociatedEvent>(e => !e.IsInbound);
        Assert.Equal(AddressOf(other), associated.RemoteAddress);
        Assert.Equal(AddressOf(Sys), associated.LocalAddress);
    }

    [SubsetFact]
    public void Port_that_is_taken_fails_the_start()
    {
        var port = AddressOf(Sys).Port;

        Assert.ThrowsAny<Exception>(() => NewSystem("late", $"akka.remote.dot-netty.tcp.port = {port}"));
    }

    internal static string Behind(TcpProxy proxy, int port) => $$"""
        akka.remote.dot-netty.tcp {
          port = {{port}}
          public-hostname = "127.0.0.1"
          public-port = {{proxy.Port}}
        }
        """;

    private void AwaitEcho(ActorPath path) => AwaitAssert(
        () =>
        {
            Sys.ActorSelection(path).Tell("again", TestActor);
            ExpectMsg("again", TimeSpan.FromMilliseconds(300));
        },
        Patience,
        TimeSpan.FromMilliseconds(50));
}
