using Akka.Annotations;

namespace Akka.Discovery.Aggregate;

[InternalApi]
public sealed class AggregateServiceDiscoverySettings
{
    public AggregateServiceDiscoverySettings(Configuration.Config config)
    {
        DiscoveryMethods = [.. config.GetStringList("discovery-methods", [])];
    }

    public List<string> DiscoveryMethods { get; }
}
