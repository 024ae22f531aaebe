namespace Akka.Dispatch;

internal sealed class DelegateExecutorServiceConfigurator : ExecutorServiceConfigurator
{
    private readonly Func<string, ExecutorService> _produce;

    public DelegateExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites, Func<string, ExecutorService> produce)
        : base(config, prerequisites)
    {
        _produce = produce;
    }

    public override ExecutorService Produce(string id) => _produce(id);
}
