using Akka.Annotations;

namespace Akka.Dispatch;

public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorService _executor;

    public Dispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator)
    {
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
        _executor = executorServiceFactory.Produce(id);
    }

    internal override void ExecuteAgain(IRunnable run) => _executor.ExecuteAgain(run);

    protected override void ExecuteTask(IRunnable run) => _executor.Execute(run);

    [InternalApi]
    protected override void Shutdown() => _executor.Shutdown();
}
