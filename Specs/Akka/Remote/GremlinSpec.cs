using Akka.Actor;
using Akka.Remote;
using Akka.TestKit;
using Xunit;
using static Akka.Remote.Transport.FailureInjectorTransportAdapter;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>Messages that are lost on purpose, by the adapter gremlin.</summary>
public class GremlinSpec : RemoteSpecBase
{
    private const int Messages = 1000;
    private const string Adapter = "akka.remote.dot-netty.tcp.applied-adapters = [gremlin]";

    public GremlinSpec()
        : base(Adapter)
    {
    }

    [Fact]
    public async Task Outbound_messages_are_lost_at_their_rate_and_none_when_it_is_over()
    {
        var echo = NewEcho(NewSystem("other", Adapter));

        await CommandAsync(Sys, new One(echo.Path.Address, new Drop(0.5, 0)));
        var arrived = Send(Sys, echo);

        // Twelve times the standard deviation of 16 to either side.
        Assert.InRange(arrived.Count, 300, 700);
        Assert.Equal(arrived.Order(), arrived);
        await CommandAsync(Sys, new One(echo.Path.Address, PassThru.Instance));
        Assert.Equal(Enumerable.Range(0, Messages), Send(Sys, echo));
    }

    [Fact]
    public async Task Inbound_messages_are_lost_and_those_that_go_out_are_not()
    {
        var other = NewSystem("other", Adapter);
        var echo = NewEcho(other);
        var heard = CreateTestProbe(other);
        var listener = other.ActorOf(Props.Create(() => new Forwarder(heard.Ref)), "listener");
        var far = Resolve(other, listener.Path.Name);
        var near = CreateTestProbe();

        await CommandAsync(Sys, new One(echo.Path.Address, new Drop(0, 1)));
        echo.Tell("lost on its way back", near.Ref);
        far.Tell("heard", near.Ref);
        heard.ExpectMsg("heard", Patience);
        near.ExpectNoMsg(TimeSpan.FromMilliseconds(500));

        await CommandAsync(Sys, new One(echo.Path.Address, PassThru.Instance));
        echo.Tell("and back", near.Ref);
        near.ExpectMsg("and back", Patience);
    }

    // The genuine adapter takes this command and heeds it not.
    [SubsetFact]
    public async Task Loss_on_all_links_holds_for_those_that_have_no_mode_of_their_own()
    {
        var echo = NewEcho(NewSystem("other", Adapter));
        var spared = NewEcho(NewSystem("spared", Adapter));
        var probe = CreateTestProbe();

        await CommandAsync(Sys, new One(spared.Path.Address, PassThru.Instance));
        await CommandAsync(Sys, new All(new Drop(1, 0)));
        echo.Tell("lost", probe.Ref);
        spared.Tell("spared", probe.Ref);
        probe.ExpectMsg("spared", Patience);

        await CommandAsync(Sys, new All(PassThru.Instance));
        echo.Tell("again", probe.Ref);
        probe.ExpectMsg("again", Patience);
    }

    // The dice of the genuine adapter have no seed.
    [SubsetFact]
    public async Task Same_seed_loses_the_same_messages()
    {
        var first = await LossesOfAsync(seed: 7);
        var second = await LossesOfAsync(seed: 7);
        var other = await LossesOfAsync(seed: 8);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    // The genuine transport takes any command.
    [SubsetFact]
    public async Task Command_of_an_adapter_that_is_not_applied_is_not_taken()
    {
        var plain = NewSystem("plain");

        Assert.False(await TransportOf(plain).ManagementCommand(new All(PassThru.Instance)));
    }

    private async Task<List<int>> LossesOfAsync(int seed)
    {
        var sender = NewSystem("sender", $"{Adapter}\nakka.remote.gremlin.seed = {seed}");
        var receiver = NewSystem("receiver", Adapter);
        receiver.ActorOf(Props.Create(() => new EchoActor()), "echo");
        var path = new RootActorPath(AddressOf(receiver)) / "user" / "echo";
        var echo = await sender.ActorSelection(path).ResolveOne(Patience);
        await CommandAsync(sender, new One(AddressOf(receiver), new Drop(0.3, 0)));
        return Send(sender, echo);
    }

    // A mark that comes back was sent after the numbers, so all of them have met their fate.
    private List<int> Send(ActorSystem from, IActorRef echo)
    {
        var probe = CreateTestProbe(from);
        for (var i = 0; i < Messages; i++)
        {
            echo.Tell(i, probe.Ref);
        }

        var arrived = new List<int>();
        AwaitAssert(
            () =>
            {
                echo.Tell("mark", probe.Ref);
                while (probe.ExpectMsg<object>(TimeSpan.FromMilliseconds(200)) is int number)
                {
                    arrived.Add(number);
                }
            },
            Patience,
            TimeSpan.FromMilliseconds(10));
        return arrived;
    }

    private static RemoteTransport TransportOf(ActorSystem system) =>
        ((RemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Transport;

    private static async Task CommandAsync(ActorSystem system, object command) =>
        Assert.True(await TransportOf(system).ManagementCommand(command), $"{command} is taken");

    private sealed class Forwarder : UntypedActor
    {
        private readonly IActorRef _to;

        public Forwarder(IActorRef to) => _to = to;

        protected override void OnReceive(object message) => _to.Forward(message);
    }
}
