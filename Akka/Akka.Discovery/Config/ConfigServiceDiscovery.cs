using System.Collections.Immutable;
using Akka.Actor;
using Akka.Annotations;
using Akka.Event;

namespace Akka.Discovery.Config;

/// <summary>Knows the services that the configuration lists, and those that were added since.</summary>
[InternalApi]
public class ConfigServiceDiscovery : ServiceDiscovery
{
    private ImmutableDictionary<string, Resolved> _services;

    public ConfigServiceDiscovery(ExtendedActorSystem system)
        : this(system, system.Settings.Config.GetConfig("akka.discovery.config"))
    {
    }

    public ConfigServiceDiscovery(ExtendedActorSystem system, Configuration.Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var path = config.GetString("services-path");
        var services = string.IsNullOrWhiteSpace(path) ? null : system.Settings.Config.GetConfig(path);
        _services = services is null
            ? ImmutableDictionary<string, Resolved>.Empty
            : ConfigServicesParser.Parse(services).ToImmutableDictionary();
        if (_services.IsEmpty)
        {
            Logging.GetLogger(system, nameof(ConfigServiceDiscovery)).Warning(
                "Service discovery by configuration is in use, but [{0}] lists no service", path);
        }
    }

    /// <returns>False when the service has it already.</returns>
    public bool TryAddEndpoint(string serviceName, ResolvedTarget target) => Change(
        serviceName, known => known.Contains(target) ? known : known.Add(target));

    /// <returns>False when the service does not have it.</returns>
    public bool TryRemoveEndpoint(string serviceName, ResolvedTarget target) => Change(
        serviceName, known => known.Remove(target));

    public override Task<Resolved> Lookup(Lookup lookup, TimeSpan resolveTimeout) => Task.FromResult(
        Volatile.Read(ref _services).GetValueOrDefault(lookup.ServiceName) ?? new Resolved(lookup.ServiceName));

    private bool Change(string serviceName, Func<ImmutableList<ResolvedTarget>, ImmutableList<ResolvedTarget>> change) =>
        ImmutableInterlocked.Update(ref _services, services =>
        {
            var known = services.GetValueOrDefault(serviceName)?.Addresses ?? [];
            var next = change(known);
            return ReferenceEquals(next, known) ? services : services.SetItem(serviceName, new Resolved(serviceName, next));
        });
}
