namespace Akka.Dispatch;

internal sealed class PinnedDispatcherConfigurator : MessageDispatcherConfigurator
{
    public PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
    }

    // A new dispatcher for every actor: that is what pins one thread to one actor.
    public override MessageDispatcher Dispatcher() => new PinnedDispatcher(
        this,
        Config.GetString("id", null),
        Throughput,
        ThroughputDeadline,
        From(id => new DedicatedThreadsExecutorService(id, threads: 1, ShutdownTimeout)),
        ShutdownTimeout);
}
