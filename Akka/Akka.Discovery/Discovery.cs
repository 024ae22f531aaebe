using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace Akka.Discovery;

/// <summary>The ways of one system to find services, by the names of their sections below akka.discovery.</summary>
public class Discovery : IExtension
{
    private const string Unset = "<method>";
    private const string Fallback = "config";

    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<string, Lazy<ServiceDiscovery>> _methods = new();

    public Discovery(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(DiscoveryProvider.DefaultConfiguration());
    }

    /// <summary>The method that akka.discovery.method names.</summary>
    public ServiceDiscovery Default
    {
        get
        {
            var method = _system.Settings.Config.GetString("akka.discovery.method");
            if (!string.IsNullOrWhiteSpace(method) && method != Unset)
            {
                return LoadServiceDiscovery(method);
            }

            Logging.GetLogger(_system, GetType()).Warning(
                "No default service discovery is configured in [akka.discovery.method], using [{0}]", Fallback);
            return LoadServiceDiscovery(Fallback);
        }
    }

    public static Discovery Get(ActorSystem system) => system.WithExtension<Discovery, DiscoveryProvider>();

    /// <summary>The method of that name; the same object each time.</summary>
    public ServiceDiscovery LoadServiceDiscovery(string method) =>
        _methods.GetOrAdd(method, name => new Lazy<ServiceDiscovery>(() => Create(name))).Value;

    private ServiceDiscovery Create(string method)
    {
        var config = _system.Settings.Config.GetConfig($"akka.discovery.{method}")
            ?? throw new ArgumentException($"Could not load discovery config from path [akka.discovery.{method}]", nameof(method));
        var name = config.GetString("class");
        if (string.IsNullOrEmpty(name))
        {
            throw new ArgumentException($"[akka.discovery.{method}] must contain the field [class]", nameof(method));
        }

        var type = Type.GetType(name);
        if (type is null || !typeof(ServiceDiscovery).IsAssignableFrom(type))
        {
            throw new ArgumentException($"[{name}] of [akka.discovery.{method}.class] is not a service discovery", nameof(method));
        }

        object[][] arguments = [[_system, config], [_system], []];
        Type[][] signatures = [[typeof(ExtendedActorSystem), typeof(Configuration.Config)], [typeof(ExtendedActorSystem)], []];
        var fitting = Array.FindIndex(signatures, types => type.GetConstructor(types) is not null);
        return fitting >= 0
            ? (ServiceDiscovery)Activator.CreateInstance(type, arguments[fitting])
            : throw new ArgumentException(
                $"[{name}] must have a constructor of an actor system and a config, of an actor system, or of nothing",
                nameof(method));
    }
}
