using System.Collections.Concurrent;
using Akka.Annotations;
using Akka.Util.Reflection;

namespace Akka.Dispatch;

/// <summary>Finds dispatchers by their path in the configuration.</summary>
public sealed class Dispatchers
{
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";
    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new();

    public Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites, ILoggingAdapter logger)
    {
        _system = system;
        Prerequisites = prerequisites;
        DefaultDispatcherConfig = IdConfig(DefaultDispatcherId).WithFallback(system.Settings.Config.GetConfig(DefaultDispatcherId));
        DefaultGlobalDispatcher = Lookup(DefaultDispatcherId);
    }

    public Config DefaultDispatcherConfig { get; }

    public MessageDispatcher DefaultGlobalDispatcher { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>The section at <paramref name="id"/>; a string there is an alias for another path.</summary>
    [InternalApi]
    public static Config GetConfig(Config config, string id, int depth = 0)
    {
        const int MaxAliases = 20;
        if (depth > MaxAliases)
        {
            throw new ConfigurationException($"Didn't find a concrete dispatcher after following {MaxAliases} aliases to {id}");
        }

        if (!config.HasPath(id))
        {
            throw new ConfigurationException($"Dispatcher [{id}] not configured");
        }

        var value = config.GetValue(id);
        return value.IsString() ? GetConfig(config, value.GetString(), depth + 1) : config.GetConfig(id);
    }

    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || _system.Settings.Config.HasPath(id);

    public MessageDispatcher Lookup(string dispatcherName)
    {
        var id = string.IsNullOrEmpty(dispatcherName) ? DefaultDispatcherId : dispatcherName;
        return _configurators.GetOrAdd(id, CreateConfigurator).Dispatcher();
    }

    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) =>
        _configurators.TryAdd(id, configurator);

    private static Config IdConfig(string id) => ConfigurationFactory.ParseString($"id = \"{id}\"");

    private MessageDispatcherConfigurator CreateConfigurator(string id)
    {
        var config = id == DefaultDispatcherId
            ? DefaultDispatcherConfig
            : IdConfig(id).WithFallback(GetConfig(_system.Settings.Config, id)).WithFallback(DefaultDispatcherConfig);
        var type = config.GetString("type", null);
        switch (type)
        {
            case "Dispatcher":
                return new DispatcherConfigurator(config, Prerequisites);
            case "PinnedDispatcher":
                return new PinnedDispatcherConfigurator(config, Prerequisites);
            case "TaskDispatcher":
                return new FixedExecutorDispatcherConfigurator(config, Prerequisites, "task-executor");
            case "ForkJoinDispatcher":
                return new FixedExecutorDispatcherConfigurator(config, Prerequisites, "fork-join-executor");
            case "SynchronizedDispatcher":
                return new SynchronizedDispatcherConfigurator(config, Prerequisites);
            case null or "":
                throw new ConfigurationException($"Could not resolve dispatcher for path {id}: type is null");
            default:
                return (MessageDispatcherConfigurator)Activator.CreateInstance(TypeCache.GetType(type), config, Prerequisites);
        }
    }
}
