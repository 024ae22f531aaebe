using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class DeathWatchSpec : ActorSpecBase
{
    [Fact]
    public async Task Watcher_is_told_once_when_the_watched_actor_stops()
    {
        var probe = NewProbe();
        var watched = Start((_, _) => { });
        probe.Watch(watched);
        probe.Watch(watched);
        await probe.Sync();
        watched.Tell(PoisonPill.Instance);
        var terminated = await probe.Expect<Terminated>();
        Assert.Equal(watched, terminated.ActorRef);
        Assert.True(terminated.ExistenceConfirmed);
        probe.Ref.Tell("end");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Watching_an_actor_that_has_stopped_already_is_answered()
    {
        var probe = NewProbe();
        var watched = Start((_, _) => { });
        Assert.True(await watched.GracefulStop(Patience));
        probe.Watch(watched);
        Assert.Equal(watched, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Unwatched_actor_is_not_reported_even_if_it_stops_before_the_unwatch()
    {
        var probe = NewProbe();
        var watched = Start((_, _) => { });
        var watcher = Start((message, context) =>
        {
            switch (message)
            {
                case "watch":
                    context.Watch(watched);
                    context.Sender.Tell("watching");
                    break;
                case "stop and unwatch":
                    watched.GracefulStop(Patience).Wait(Patience);
                    context.Unwatch(watched);
                    break;
                default:
                    probe.Ref.Tell(message);
                    break;
            }
        });
        await watcher.Ask<string>("watch", Patience);
        watcher.Tell("stop and unwatch");
        watcher.Tell("end");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task WatchWith_delivers_the_message_of_the_watchers_choice()
    {
        var probe = NewProbe();
        var watched = Start((_, _) => { });
        var watcher = Start((message, context) =>
        {
            if (message is "watch")
            {
                context.WatchWith(watched, "it is gone");
                watched.Tell(PoisonPill.Instance);
                return;
            }

            probe.Ref.Tell(message);
        });
        watcher.Tell("watch");
        await probe.Expect("it is gone");
    }

    [Fact]
    public async Task Unhandled_Terminated_stops_the_watcher()
    {
        var probe = NewProbe();
        var watched = Start((_, _) => { });
        var watcher = Sys.ActorOf(Props.Create(() => new IgnorantWatcher(watched)));
        probe.Watch(watcher);
        await probe.Sync();
        watched.Tell(PoisonPill.Instance);
        Assert.Equal(watcher, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Children_stop_before_their_parent()
    {
        var probe = NewProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Family(probe.Ref, 2)));
        Assert.True(await parent.GracefulStop(Patience));
        await probe.Expect("stopped 0");
        await probe.Expect("stopped 1");
        await probe.Expect("stopped 2");
    }

    [Fact]
    public async Task Name_of_a_stopped_child_is_free_once_Terminated_is_delivered()
    {
        var probe = NewProbe();
        var parent = Start((message, context) =>
        {
            if (message is "start" || message is Terminated)
            {
                var child = context.ActorOf(ScriptProps((_, _) => { }), "same-name");
                context.Watch(child);
                context.Stop(child);
                probe.Ref.Tell(child.Path.Uid);
            }
        });
        parent.Tell("start");
        var first = await probe.Expect<long>();
        Assert.NotEqual(first, await probe.Expect<long>());
    }

    [Fact]
    public async Task Name_that_is_taken_or_malformed_is_refused()
    {
        var parent = Start((_, context) =>
        {
            context.ActorOf(ScriptProps((_, _) => { }), "name");
            var refused = 0;
            foreach (var name in new[] { "name", string.Empty, "$x", "a/b" })
            {
                try
                {
                    context.ActorOf(ScriptProps((_, _) => { }), name);
                }
                catch (InvalidActorNameException)
                {
                    refused++;
                }
            }

            context.Sender.Tell(refused);
        });
        Assert.Equal(4, await parent.Ask<int>("go", Patience));
    }

    private sealed class IgnorantWatcher : ReceiveActor
    {
        public IgnorantWatcher(IActorRef watched)
        {
            Context.Watch(watched);
            Receive<string>(_ => { });
        }
    }

    private sealed class Family : UntypedActor
    {
        private readonly IActorRef _probe;
        private readonly int _generation;

        public Family(IActorRef probe, int generation)
        {
            _probe = probe;
            _generation = generation;
            if (generation > 0)
            {
                Context.ActorOf(Props.Create(() => new Family(probe, generation - 1)));
            }
        }

        protected override void PostStop() => _probe.Tell("stopped " + _generation);

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
