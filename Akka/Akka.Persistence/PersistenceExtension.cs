using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Starts journal and snapshot-store plugins on first use and finds them again by their configuration path.</summary>
public class PersistenceExtension : IExtension
{
    private const string JournalFallback = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotStoreFallback = "akka.persistence.snapshot-store-plugin-fallback";
    private const string NoSnapshotStore = "akka.persistence.no-snapshot-store";

    private readonly ExtendedActorSystem _system;
    private readonly Config _config;
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _plugins = new();

    // A plugin reads its section while its actor is being created, when _plugins cannot name it yet.
    // Keyed by path, which is also the name of the plugin actor.
    private readonly ConcurrentDictionary<string, Config> _pluginConfigs = new();

    private readonly Lazy<IStashOverflowStrategy> _stashOverflowStrategy;
    private readonly Lazy<IActorRef> _recoveryPermitter;

    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        _config = system.Settings.Config.GetConfig("akka.persistence");
        _stashOverflowStrategy = new Lazy<IStashOverflowStrategy>(CreateStashOverflowStrategy);
        _recoveryPermitter = new Lazy<IActorRef>(() => system.SystemActorOf(
            RecoveryPermitter.Props(_config.GetInt("max-concurrent-recoveries", 50)), "recoveryPermitter"));
        foreach (var journal in _config.GetStringList("journal.auto-start-journals", []))
        {
            JournalFor(journal);
        }

        foreach (var store in _config.GetStringList("snapshot-store.auto-start-snapshot-stores", []))
        {
            SnapshotStoreFor(store);
        }
    }

    public IStashOverflowStrategy DefaultInternalStashOverflowStrategy => _stashOverflowStrategy.Value;

    /// <summary>The journal at a configuration path; empty means the default journal.</summary>
    public IActorRef JournalFor(string? journalPluginId) => Journal(journalPluginId).Actor;

    /// <summary>The snapshot store at a configuration path; empty means the default store.</summary>
    public IActorRef SnapshotStoreFor(string? snapshotPluginId)
    {
        var path = string.IsNullOrEmpty(snapshotPluginId)
            ? _config.GetString("snapshot-store.plugin", null)
            : snapshotPluginId;
        return PluginAt(string.IsNullOrEmpty(path) ? NoSnapshotStore : path, SnapshotStoreFallback).Actor;
    }

#pragma warning disable CA1822 // an instance method in Akka.NET as well
    public string PersistenceId(IActorRef actor) => actor.Path.ToStringWithoutAddress();
#pragma warning restore CA1822

    internal IActorRef RecoveryPermits => _recoveryPermitter.Value;

    internal Config JournalConfigFor(string? journalPluginId) => Journal(journalPluginId).Config;

    /// <summary>The section of the plugin that the given actor runs.</summary>
    internal Config ConfigFor(IActorRef plugin) => _pluginConfigs.TryGetValue(plugin.Path.Name, out var config)
        ? config
        : throw new ArgumentException($"{plugin.Path} is not a plugin started by Akka.Persistence");

    private Plugin Journal(string? journalPluginId)
    {
        var path = string.IsNullOrEmpty(journalPluginId) ? _config.GetString("journal.plugin", null) : journalPluginId;
        return string.IsNullOrEmpty(path)
            ? throw new ConfigurationException("Default journal plugin is not configured: akka.persistence.journal.plugin")
            : PluginAt(path, JournalFallback);
    }

    private Plugin PluginAt(string path, string fallback) =>
        _plugins.GetOrAdd(path, key => new Lazy<Plugin>(() => Start(key, fallback))).Value;

    private Plugin Start(string path, string fallback)
    {
        var settings = _system.Settings.Config;
        if (!settings.HasPath(path))
        {
            throw new ArgumentException($"Persistence config is missing plugin config path for: {path}");
        }

        var config = settings.GetConfig(path).WithFallback(settings.GetConfig(fallback));
        var className = config.GetString("class", null);
        if (string.IsNullOrEmpty(className))
        {
            throw new ArgumentException($"Plugin class name must be defined in config property [{path}.class]");
        }

        var type = Type.GetType(className, throwOnError: true)!;
        object[] arguments = type.GetConstructor([typeof(Config)]) is null ? [] : [config];
        _pluginConfigs[path] = config;
        var props = Props.Create(type, arguments).WithDispatcher(config.GetString("plugin-dispatcher", null));
        return new Plugin(_system.SystemActorOf(props, path), config);
    }

    private IStashOverflowStrategy CreateStashOverflowStrategy()
    {
        var type = Type.GetType(_config.GetString("internal-stash-overflow-strategy", null), throwOnError: true)!;
        var configurator = (IStashOverflowStrategyConfigurator)Activator.CreateInstance(type)!;
        return configurator.Create(_system.Settings.Config);
    }

    private sealed record Plugin(IActorRef Actor, Config Config);
}
