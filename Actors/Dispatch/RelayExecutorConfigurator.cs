using Akka.Configuration;
using Akka.Dispatch;

namespace ActorEtcd.Dispatch;

/// <summary>The value for <c>executor</c> in a dispatcher's section: its actors hand over to each other by <see cref="Relay"/>.</summary>
public sealed class RelayExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new RelayExecutor(id);
}
