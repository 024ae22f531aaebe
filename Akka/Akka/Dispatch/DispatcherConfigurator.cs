namespace Akka.Dispatch;

public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Lazy<MessageDispatcher> _instance;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        _instance = new Lazy<MessageDispatcher>(() => new Dispatcher(
            this, Config.GetString("id", null), Throughput, ThroughputDeadline, ConfigureExecutor(), ShutdownTimeout));
    }

    public override MessageDispatcher Dispatcher() => _instance.Value;
}
