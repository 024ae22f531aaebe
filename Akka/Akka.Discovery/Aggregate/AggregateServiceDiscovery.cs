using Akka.Actor;
using Akka.Annotations;
using Akka.Event;

namespace Akka.Discovery.Aggregate;

/// <summary>Asks several methods in order; the first that finds anything answers. One that fails counts as finding nothing.</summary>
[InternalApi]
public class AggregateServiceDiscovery : ServiceDiscovery
{
    private readonly List<(string Name, ServiceDiscovery Discovery)> _methods;
    private readonly ILoggingAdapter _log;

    public AggregateServiceDiscovery(ExtendedActorSystem system)
    {
        _log = Logging.GetLogger(system, nameof(AggregateServiceDiscovery));
        var settings = new AggregateServiceDiscoverySettings(system.Settings.Config.GetConfig("akka.discovery.aggregate"));
        var discovery = Discovery.Get(system);
        _methods = settings.DiscoveryMethods.ConvertAll(name => (name, discovery.LoadServiceDiscovery(name)));
    }

    public override async Task<Resolved> Lookup(Lookup query, TimeSpan resolveTimeout)
    {
        foreach (var (name, discovery) in _methods)
        {
            try
            {
                var resolved = await discovery.Lookup(query, resolveTimeout).ConfigureAwait(false);
                if (!resolved.Addresses.IsEmpty)
                {
                    return resolved;
                }
            }
            catch (Exception failure)
            {
                _log.Error(failure, "Method [{0}] failed to look up [{1}]", name, query);
            }
        }

        _log.Warning("None of the methods [{0}] found [{1}]", string.Join(", ", _methods.Select(m => m.Name)), query);
        return new Resolved(query.ServiceName);
    }
}
