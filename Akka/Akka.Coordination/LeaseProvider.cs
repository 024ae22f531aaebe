using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Coordination;

/// <summary>The leases of one system: one object for each name, configuration and owner.</summary>
public class LeaseProvider : IExtension
{
    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<(string Name, string Path, string Owner), Lazy<Lease>> _leases = new();

    public LeaseProvider(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(DefaultConfig());
    }

    public static LeaseProvider Get(ActorSystem system) =>
        system.WithExtension<LeaseProvider, LeaseProviderExtensionProvider>();

    public static Config DefaultConfig() =>
        ConfigurationFactory.FromResource("Akka.Coordination.coordination.conf", typeof(LeaseProvider).Assembly);

    /// <param name="leaseName">What is locked.</param>
    /// <param name="configPath">Where the implementation is configured; its lease-class names it.</param>
    /// <param name="ownerName">Who locks it, for instance the node's address.</param>
    public Lease GetLease(string leaseName, string configPath, string ownerName)
    {
        var key = (leaseName, configPath, ownerName);
        var lease = _leases.GetOrAdd(key, _ => new Lazy<Lease>(() => Create(leaseName, configPath, ownerName)));
        try
        {
            return lease.Value;
        }
        catch
        {
            // The next attempt may find another configuration.
            _leases.TryRemove(KeyValuePair.Create(key, lease));
            throw;
        }
    }

    private Lease Create(string leaseName, string configPath, string ownerName)
    {
        var config = _system.Settings.Config.GetConfig(configPath)
            .SafeWithFallback(_system.Settings.Config.GetConfig("akka.coordination.lease"));
        var settings = LeaseSettings.Create(config, leaseName, ownerName);
        var name = config.GetString("lease-class");
        if (string.IsNullOrEmpty(name))
        {
            throw new ArgumentException("lease-class must not be empty", nameof(configPath));
        }

        var type = Type.GetType(name, throwOnError: true);
        return (Lease)(type.GetConstructor([typeof(LeaseSettings), typeof(ExtendedActorSystem)]) is not null
            ? Activator.CreateInstance(type, settings, _system)
            : Activator.CreateInstance(type, settings));
    }
}
