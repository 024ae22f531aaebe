using System.Collections.Concurrent;
using ActorEtcd.Client;
using ActorEtcd.Dispatch;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Dispatch;

public sealed class RelaySpec : IDisposable
{
    private const string Dispatcher = "relay";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ActorSystem _system = ActorSystem.Create("relay", ConfigurationFactory.ParseString(
        """
        relay {
          type = Dispatcher
          throughput = 5
          executor = "ActorEtcd.Dispatch.RelayExecutorConfigurator, ActorEtcd.Actors"
        }
        """));

    public void Dispose() => _system.Terminate().Wait(Patience);

    [Fact]
    public void Chain_of_actors_told_in_an_open_lane_runs_on_that_thread_before_run_returns()
    {
        IActorRef next = ActorRefs.Nobody;
        for (var i = 0; i < 6; i++)
        {
            var following = next;
            next = Start((message, _) =>
            {
                ((ConcurrentQueue<int>)message).Enqueue(Environment.CurrentManagedThreadId);
                following.Tell(message);
            });
        }

        // An actor that is still being started, or whose turn is just ending, runs elsewhere: not so the next time.
        var here = Enumerable.Repeat(Environment.CurrentManagedThreadId, 6);
        Assert.True(
            SpinWait.SpinUntil(() => RelayHere(next).SequenceEqual(here), Patience),
            "waited for six turns on the thread that opened the lane");
    }

    [Fact]
    public void Turn_that_wakes_many_actors_runs_them_all()
    {
        using var done = new CountdownEvent(20);
        var many = Enumerable.Range(0, 20).Select(_ => Start((_, _) => done.Signal())).ToArray();
        var first = Start((_, _) => Array.ForEach(many, one => one.Tell("go")));
        first.Tell("go");
        Assert.True(done.Wait(Patience), $"waited for 20 actors, {done.CurrentCount} did not run");
    }

    [Fact]
    public void Work_passed_on_runs_on_another_thread()
    {
        var ran = new TaskCompletionSource<int>();
        var actor = Start((_, _) => ran.TrySetResult(Environment.CurrentManagedThreadId));
        Relay.Open();
        actor.Tell("go");
        Relay.PassOn();
        Assert.True(ran.Task.Wait(Patience), "waited for the actor that was passed on");
        Assert.NotEqual(Environment.CurrentManagedThreadId, ran.Task.Result);
    }

    [Fact]
    public void Endless_relays_starve_nobody()
    {
        // More runners than the pool has threads, each pair passing a message to and fro for ever.
        for (var i = 0; i < Environment.ProcessorCount * 4; i++)
        {
            var echo = Start((message, sender) => sender.Tell(message));
            Start((message, sender) => (sender.IsNobody() ? echo : sender).Tell(message)).Tell("run");
        }

        var answered = new TaskCompletionSource();
        Start((_, _) => answered.TrySetResult()).Tell("are you there?");
        Assert.True(answered.Task.Wait(Patience), "waited for an actor beside endless relays");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Messages_of_one_sender_arrive_in_order_through_any_number_of_relays(int seed)
    {
        const int Count = 20_000;
        var random = new Random(seed);
        var expected = 0;
        var done = new TaskCompletionSource<string>();
        var last = Start((message, _) =>
        {
            if ((int)message != expected++)
            {
                done.TrySetResult($"seed {seed}: {message} came in place {expected - 1}");
            }
            else if (expected == Count)
            {
                done.TrySetResult("in order");
            }
        });
        var chain = last;
        for (var i = 0; i < 4; i++)
        {
            var following = chain;
            chain = Start((message, _) => following.Tell(message));
        }

        for (var i = 0; i < Count; i++)
        {
            if (random.Next(3) == 0)
            {
                Relay.Open();
                chain.Tell(i);
                Relay.Run();
            }
            else
            {
                chain.Tell(i);
            }
        }

        Assert.True(done.Task.Wait(Patience), $"seed {seed}: waited for {Count} messages, {expected} arrived");
        Assert.Equal("in order", done.Task.Result);
    }

    [Fact]
    public async Task Requester_goes_on_after_the_turn_that_completed_its_request()
    {
        var pending = new PendingRead();
        using var wentOn = new ManualResetEventSlim();
        var wentOnInTurn = new TaskCompletionSource<bool>();
        var actor = Start((_, _) =>
        {
            pending.TryComplete(true);
            wentOnInTurn.SetResult(wentOn.Wait(TimeSpan.FromMilliseconds(50)));
        });
        var requester = Await(pending, wentOn);
        actor.Tell("complete");
        Assert.False(await wentOnInTurn.Task.WaitAsync(Patience));
        await requester.WaitAsync(Patience);
    }

    [Fact]
    public async Task Every_request_completed_in_one_turn_is_answered()
    {
        var pending = Enumerable.Range(0, 100).Select(_ => new PendingRead()).ToArray();
        var actor = Start((_, _) => Array.ForEach(pending, read => read.TryComplete(true)));
        actor.Tell("complete");
        foreach (var read in pending)
        {
            Assert.True(await read.Completion.AsTask().WaitAsync(Patience));
        }
    }

    private static async Task Await(PendingRead read, ManualResetEventSlim wentOn)
    {
        await read.Completion;
        wentOn.Set();
    }

    /// <summary>The threads on which the turns have run by the time that the relay is over.</summary>
    private static int[] RelayHere(IActorRef first)
    {
        var threads = new ConcurrentQueue<int>();
        Relay.Open();
        first.Tell(threads);
        Relay.Run();
        return [.. threads];
    }

    private IActorRef Start(Action<object, IActorRef> receive) =>
        _system.ActorOf(Props.Create(() => new Runner(receive)).WithDispatcher(Dispatcher));

    /// <summary>An actor that is its handler: of the message and its sender.</summary>
    private sealed class Runner(Action<object, IActorRef> receive) : UntypedActor
    {
        protected override void OnReceive(object message) => receive(message, Sender);
    }
}
