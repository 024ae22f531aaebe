using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class DispatcherSpec : ActorSpecBase
{
    private const string Dispatchers = """
        pinned { type = PinnedDispatcher, executor = fork-join-executor }
        own-threads {
          type = ForkJoinDispatcher
          throughput = 10
          dedicated-thread-pool { thread-count = 2 }
        }
        tasks { type = TaskDispatcher }
        akka.actor.deployment { /deployed { dispatcher = pinned } }
        """;

    public DispatcherSpec()
        : base(Dispatchers)
    {
    }

    [Fact]
    public async Task Pinned_actor_always_runs_on_one_thread_that_no_other_actor_gets()
    {
        var one = Sys.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("pinned"));
        var other = Sys.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("pinned"));
        var threads = new HashSet<int>();
        for (var i = 0; i < 50; i++)
        {
            threads.Add(await one.Ask<int>("thread", Patience));
        }

        Assert.Single(threads);
        Assert.DoesNotContain(await other.Ask<int>("thread", Patience), threads);
    }

    [Fact]
    public async Task Pinned_actor_that_blocks_does_not_hold_up_others()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var blocked = Sys.ActorOf(ScriptProps((_, _) =>
        {
            entered.Set();
            release.Wait(Patience);
        }).WithDispatcher("pinned"));
        blocked.Tell("block");
        Assert.True(entered.Wait(Patience), "the actor never began its first message");
        var free = Sys.ActorOf(Props.Create(() => new ThreadTeller()));
        await free.Ask<int>("thread", Patience);
        release.Set();
    }

    [Theory]
    [InlineData("own-threads")]
    [InlineData("tasks")]
    [InlineData("akka.actor.default-dispatcher")]
    public async Task Dispatcher_delivers_everything_to_many_actors(string dispatcher)
    {
        var actors = Enumerable.Range(0, 20)
            .Select(_ => Sys.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher(dispatcher)))
            .ToList();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(actors.Select(a => a.Ask<int>("thread", Patience)));
        }
    }

    [Fact]
    public async Task Deployment_section_sets_the_dispatcher_by_path()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ThreadTeller()), "deployed");
        Assert.Equal("pinned", await actor.Ask<string>("dispatcher", Patience));
    }

    [Fact]
    public void Unknown_dispatcher_is_refused()
    {
        Assert.Throws<ConfigurationException>(() =>
            Sys.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("no-such-dispatcher")));
    }

    private sealed class ThreadTeller : ReceiveActor
    {
        public ThreadTeller()
        {
            Receive<string>(text => text == "thread", _ => Sender.Tell(Environment.CurrentManagedThreadId));
            Receive<string>(_ => Sender.Tell(Context.Props.Deploy.Dispatcher));
        }
    }
}
