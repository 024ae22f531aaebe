namespace Akka.Dispatch;

internal sealed class SynchronizedDispatcherConfigurator : MessageDispatcherConfigurator
{
    public SynchronizedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
    }

    public override MessageDispatcher Dispatcher() => new CurrentSynchronizationContextDispatcher(
        this,
        Config.GetString("id", null),
        Throughput,
        ThroughputDeadline,
        From(static id => new CurrentContextExecutorService(id)),
        ShutdownTimeout);
}
