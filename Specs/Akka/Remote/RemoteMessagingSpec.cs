using Akka.Actor;
using Akka.Event;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

public class RemoteMessagingSpec : RemoteSpecBase
{
    [Fact]
    public void Message_to_a_remote_actor_carries_its_sender()
    {
        var echo = NewEcho(NewSystem("other"));

        echo.Tell("hello");

        ExpectMsg("hello");
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public async Task Ask_of_a_remote_actor_is_answered()
    {
        var echo = NewEcho(NewSystem("other"));

        Assert.Equal(42, await echo.Ask<int>(42, Patience));
        Assert.Equal(7_000_000_000L, await echo.Ask<long>(7_000_000_000L, Patience));
    }

    [Fact]
    public async Task Ask_that_nobody_answers_times_out()
    {
        var other = NewSystem("other");
        other.ActorOf(Props.Create(() => new SilentActor()), "silent");
        var silent = Resolve(other, "silent");

        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask<string>("hello", TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void Identify_gives_a_reference_with_the_remote_address()
    {
        var other = NewSystem("other");
        other.ActorOf(Props.Create(() => new EchoActor()), "echo");

        Sys.ActorSelection($"{AddressOf(other)}/user/echo").Tell(new Identify("who"), TestActor);

        var identity = ExpectMsg<ActorIdentity>();
        Assert.Equal("who", identity.MessageId);
        Assert.Equal(AddressOf(other), identity.Subject.Path.Address);
        Assert.NotEqual(0, identity.Subject.Path.Uid);
    }

    [Fact]
    public async Task Selection_of_nothing_is_not_found()
    {
        var other = NewSystem("other");
        var selection = Sys.ActorSelection(new RootActorPath(AddressOf(other)) / "user" / "nobody");

        await Assert.ThrowsAsync<ActorNotFoundException>(() => selection.ResolveOne(Patience));
    }

    [Fact]
    public void Selection_with_a_wildcard_reaches_all_that_match()
    {
        var other = NewSystem("other");
        foreach (var name in new[] { "echo-1", "echo-2", "silent" })
        {
            other.ActorOf(Props.Create(() => new EchoActor()), name);
        }

        Sys.ActorSelection($"{AddressOf(other)}/user/echo-*").Tell("hello", TestActor);

        var senders = new[] { Answerer(), Answerer() };
        Assert.Equal(["echo-1", "echo-2"], senders.Order());
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));

        string Answerer()
        {
            ExpectMsg("hello");
            return LastSender.Path.Name;
        }
    }

    [Fact]
    public void Reference_inside_a_message_stays_usable()
    {
        var echo = NewEcho(NewSystem("other"));
        var probe = CreateTestProbe();

        echo.Tell(probe.Ref);
        var returned = ExpectMsg<IActorRef>();

        Assert.Equal(probe.Ref, returned);
        returned.Tell("hello");
        probe.ExpectMsg("hello");
    }

    [Fact]
    public void Sender_is_preserved_through_a_third_system()
    {
        var third = NewEcho(NewSystem("third"), "target");
        var second = NewSystem("second");
        second.ActorOf(Props.Create(() => new ForwardingActor(third.Path.ToSerializationFormat())), "forwarder");

        Resolve(second, "forwarder").Tell("round");

        ExpectMsg("round");
        Assert.Equal(third, LastSender);
    }

    [Fact]
    public void Messages_of_one_sender_arrive_in_order()
    {
        const int Count = 20_000;
        var other = NewSystem("other");
        var probe = CreateTestProbe();
        other.ActorOf(Props.Create(() => new OrderActor(3, Count, probe.Ref)), "order");
        var order = Resolve(other, "order");

        Parallel.For(0, 3, sender =>
        {
            for (var i = 0; i < Count; i++)
            {
                order.Tell(((long)sender << 32) | (uint)i, ActorRefs.NoSender);
            }
        });

        probe.ExpectMsg("in order");
    }

    [Fact]
    public void Message_for_nobody_is_a_dead_letter_of_the_receiving_system()
    {
        var other = NewSystem("other");
        var echo = NewEcho(other);
        var letters = Subscribe(other, typeof(DeadLetter));
        var actor = other.ActorOf(Props.Create(() => new EchoActor()), "short-lived");
        var stale = Resolve(other, "short-lived");
        Watch(stale);
        other.Stop(actor);
        ExpectTerminated(stale);

        stale.Tell("too late");
        echo.Tell("marker");

        ExpectMsg("marker");
        Assert.Equal("too late", letters.FishForMessage<DeadLetter>(letter => letter.Message is "too late").Message);
    }

    [Fact]
    public void Poison_pill_stops_a_remote_actor()
    {
        var echo = NewEcho(NewSystem("other"));
        Watch(echo);

        echo.Tell(PoisonPill.Instance);

        ExpectTerminated(echo);
    }

    private sealed class SilentActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class ForwardingActor : UntypedActor
    {
        private readonly string _target;

        public ForwardingActor(string target)
        {
            _target = target;
        }

        protected override void OnReceive(object message) => Context.ActorSelection(_target).Tell(message, Sender);
    }

    private sealed class OrderActor : UntypedActor
    {
        private readonly int[] _next;
        private readonly IActorRef _observer;
        private int _left;

        public OrderActor(int senders, int count, IActorRef observer)
        {
            _next = new int[senders];
            _left = senders * count;
            _observer = observer;
        }

        protected override void OnReceive(object message)
        {
            var (sender, number) = ((int)((long)message >> 32), (int)(long)message);
            if (_next[sender]++ != number)
            {
                _observer.Tell($"sender {sender}: expected {_next[sender] - 1}, got {number}");
            }

            if (--_left == 0)
            {
                _observer.Tell("in order");
            }
        }
    }
}
