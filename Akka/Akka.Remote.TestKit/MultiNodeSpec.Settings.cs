using System.Globalization;
using Akka.Configuration;
using Akka.TestKit;

namespace Akka.Remote.TestKit;

/// <summary>What this node's process was told.</summary>
public abstract partial class MultiNodeSpec
{
    private const int ServerPortDefault = 47110;

    /// <summary>How many nodes take part.</summary>
    public static int MaxNodes => CommandLine.GetInt32("multinode.max-nodes") is var count and > 0
        ? count
        : throw new InvalidOperationException("multinode.max-nodes must be greater than 0");

    /// <summary>The host that this node listens on.</summary>
    public static string SelfName => Required("multinode.host");

    /// <summary>The port that this node listens on; 0 for a free one.</summary>
    public static int SelfPort => Port("multinode.port", 0);

    /// <summary>The host of the conductor.</summary>
    public static string ServerName => Required("multinode.server-host");

    public static int ServerPort => Port("multinode.server-port", ServerPortDefault);

    /// <summary>The number of this node's role, from 0; number 0 conducts.</summary>
    public static int SelfIndex => CommandLine.GetInt32("multinode.index") is var index && index >= 0 && index < MaxNodes
        ? index
        : throw new InvalidOperationException($"multinode.index is out of bounds: {index}");

    public static Config NodeConfig => ConfigurationFactory.ParseString($$"""
        akka.actor.provider = "Akka.Remote.RemoteActorRefProvider, Akka.Remote"
        akka.remote.dot-netty.tcp.hostname = "{{SelfName}}"
        akka.remote.dot-netty.tcp.port = {{SelfPort.ToString(CultureInfo.InvariantCulture)}}
        akka.remote.gremlin.seed = {{Seed.ToString(CultureInfo.InvariantCulture)}}
        """);

    public static Config BaseConfig => ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown {
            terminate-actor-system = off
            run-by-actor-system-terminate = off
            run-by-clr-shutdown-hook = off
          }
        }
        """).WithFallback(DefaultConfig);

    // Of this node's dice; the runner chooses and prints one for all nodes. 0 for one of the node's own choice.
    private static int Seed => CommandLine.GetInt32OrDefault("multinode.seed", 0) is var seed and not 0
        ? unchecked(seed + SelfIndex)
        : 0;

    private static string Required(string key) => CommandLine.GetProperty(key) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{key} must not be empty");

    private static int Port(string key, int standard) => CommandLine.GetInt32OrDefault(key, standard) is var port
        && port is >= 0 and <= ushort.MaxValue
            ? port
            : throw new InvalidOperationException($"{key} is out of bounds: {port}");
}
