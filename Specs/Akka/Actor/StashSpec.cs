using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class StashSpec : ActorSpecBase
{
    [Fact]
    public async Task Unstashed_messages_come_in_their_order_and_before_later_ones()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Door(probe.Ref)));
        foreach (var message in new[] { "1", "2", "3", "open", "4" })
        {
            actor.Tell(message);
        }

        foreach (var message in new[] { "1", "2", "3", "4" })
        {
            await probe.Expect(message);
        }
    }

    [Fact]
    public async Task Unstashed_message_keeps_its_sender()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Door(probe.Ref)));
        var answer = actor.Ask<string>("who", Patience);
        actor.Tell("open");
        Assert.Equal("you", await answer);
    }

    [Fact]
    public async Task Stashing_one_message_twice_fails()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Twice()));
        Assert.Equal("IllegalActorStateException", await actor.Ask<string>("x", Patience));
    }

    [Fact]
    public async Task Stash_beyond_its_capacity_overflows()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Limited()).WithStashCapacity(2));
        actor.Tell("1");
        actor.Tell("2");
        Assert.Equal("StashOverflowException", await actor.Ask<string>("3", Patience));
    }

    [Fact]
    public async Task Stashed_messages_survive_a_restart()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new FailingDoor(probe.Ref)));
        actor.Tell("kept");
        actor.Tell("fail");
        await probe.Expect("kept");
    }

    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        public Door(IActorRef probe)
        {
            Receive<string>(
                message => message == "open",
                _ =>
                {
                    Become(() =>
                    {
                        Receive<string>(message => message == "who", _ => Sender.Tell("you"));
                        Receive<string>(message => probe.Tell(message));
                    });
                    Stash.UnstashAll();
                });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class FailingDoor : UntypedActor, IWithUnboundedStash
    {
        private readonly IActorRef _probe;
        private bool _open;

        public FailingDoor(IActorRef probe)
        {
            _probe = probe;
        }

        public IStash Stash { get; set; } = null!;

        protected override void PostRestart(Exception reason) => _open = true;

        protected override void OnReceive(object message)
        {
            if (message is "fail")
            {
                throw new InvalidOperationException("asked to fail");
            }

            if (_open)
            {
                _probe.Tell(message);
            }
            else
            {
                Stash.Stash();
            }
        }
    }

    private sealed class Twice : ReceiveActor, IWithUnboundedStash
    {
        public Twice()
        {
            ReceiveAny(_ =>
            {
                Stash.Stash();
                try
                {
                    Stash.Stash();
                }
                catch (IllegalActorStateException refused)
                {
                    Sender.Tell(refused.GetType().Name);
                }
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Limited : ReceiveActor, IWithStash
    {
        public Limited()
        {
            ReceiveAny(_ =>
            {
                try
                {
                    Stash.Stash();
                }
                catch (StashOverflowException overflow)
                {
                    Sender.Tell(overflow.GetType().Name);
                }
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
