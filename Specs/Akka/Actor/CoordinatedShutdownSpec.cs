using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class CoordinatedShutdownSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Phases_run_in_the_order_of_their_dependencies_and_end_the_system()
    {
        var system = Create();
        var ran = new ConcurrentQueue<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[]
        {
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate,
            CoordinatedShutdown.PhaseServiceStop,
            CoordinatedShutdown.PhaseBeforeServiceUnbind,
        })
        {
            shutdown.AddTask(phase, "note", () =>
            {
                ran.Enqueue(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.Equal(["before-service-unbind", "service-stop", "before-actor-system-terminate"], ran);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
        await system.WhenTerminated.WaitAsync(Patience);
    }

    [Fact]
    public async Task Terminate_runs_the_phases_once()
    {
        var system = Create();
        var runs = 0;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "count", () =>
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult(Done.Instance);
        });
        await Task.WhenAll(system.Terminate(), system.Terminate()).WaitAsync(Patience);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Task_that_fails_or_hangs_does_not_stop_the_shutdown()
    {
        var system = Create("akka.coordinated-shutdown.phases.service-stop.timeout = 100ms");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new InvalidOperationException("no")));
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceStop, "hangs", () => new TaskCompletionSource<Done>().Task);
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task Unknown_phase_is_refused()
    {
        var system = Create();
        Assert.Throws<ConfigurationException>(() =>
            CoordinatedShutdown.Get(system).AddTask("no-such-phase", "task", () => Task.FromResult(Done.Instance)));
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task Actors_have_stopped_and_callbacks_have_run_when_the_system_is_terminated()
    {
        var system = Create();
        var stopped = 0;
        system.RegisterOnTermination(() => stopped *= 10);
        for (var i = 0; i < 5; i++)
        {
            system.ActorOf(Props.Create(() => new StopNoter(() => Interlocked.Increment(ref stopped))));
        }

        await system.Terminate().WaitAsync(Patience);
        Assert.Equal(50, stopped);
    }

    private static ActorSystem Create(string config = "") => ActorSystem.Create(
        "shutdown",
        ConfigurationFactory.ParseString(config).WithFallback("akka { loglevel = OFF, stdout-loglevel = OFF }"));

    private sealed class StopNoter : UntypedActor
    {
        private readonly Action _onStop;

        public StopNoter(Action onStop)
        {
            _onStop = onStop;
        }

        protected override void PostStop() => _onStop();

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
