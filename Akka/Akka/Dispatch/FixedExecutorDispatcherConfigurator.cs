namespace Akka.Dispatch;

/// <summary>A dispatcher whose type implies its executor, whatever its section inherits.</summary>
internal sealed class FixedExecutorDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Lazy<MessageDispatcher> _instance;

    public FixedExecutorDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites, string executor)
        : base(ConfigurationFactory.ParseString("executor = " + executor).WithFallback(config), prerequisites)
    {
        _instance = new Lazy<MessageDispatcher>(() => new Dispatcher(
            this, Config.GetString("id", null), Throughput, ThroughputDeadline, ConfigureExecutor(), ShutdownTimeout));
    }

    public override MessageDispatcher Dispatcher() => _instance.Value;
}
