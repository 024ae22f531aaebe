using System.Collections.Immutable;
using Akka.Configuration;

namespace Akka.Remote.TestKit;

/// <summary>The nodes of a test and how each is configured. Every node process makes one; all must come out alike.</summary>
public abstract class MultiNodeConfig
{
    private readonly Dictionary<RoleName, Config> _nodeConfigs = [];
    private ImmutableList<RoleName> _roles = [];
    private Config _commonConfig = ConfigurationFactory.Empty;
    private bool _testTransport;

    /// <summary>The configuration of every node.</summary>
    public Config CommonConfig
    {
        set => _commonConfig = value;
    }

    /// <summary>Whether links can be throttled and cut.</summary>
    public bool TestTransport
    {
        set => _testTransport = value;
    }

    /// <summary>The node that this process is.</summary>
    public RoleName Myself
    {
        get
        {
            var name = CommandLine.GetPropertyOrDefault("multinode.role", null);
            if (string.IsNullOrEmpty(name))
            {
                return MultiNodeSpec.SelfIndex < _roles.Count
                    ? _roles[MultiNodeSpec.SelfIndex]
                    : throw new ArgumentException("The test has fewer roles than nodes");
            }

            return _roles.Find(role => role.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"The test has no role {name}");
        }
    }

    public ImmutableList<RoleName> Roles => _roles;

    internal Config Config
    {
        get
        {
            var config = _nodeConfigs.GetValueOrDefault(Myself, ConfigurationFactory.Empty).WithFallback(_commonConfig);
            if (_testTransport)
            {
                config = config.WithFallback(ConfigurationFactory.ParseString(
                    "akka.remote.dot-netty.tcp.applied-adapters = [trttl, gremlin]"));
            }

            return config.WithFallback(MultiNodeSpec.NodeConfig).WithFallback(MultiNodeSpec.BaseConfig);
        }
    }

    /// <summary>The configuration of these nodes, before that of all.</summary>
    public void NodeConfig(IEnumerable<RoleName> roles, IEnumerable<Config> configs)
    {
        var config = configs.Aggregate(static (first, second) => first.WithFallback(second));
        foreach (var role in roles)
        {
            _nodeConfigs[role] = config;
        }
    }

    /// <summary>A configuration that logs every message, or an empty one.</summary>
    public Config DebugConfig(bool on) => on
        ? ConfigurationFactory.ParseString("""
            akka {
              loglevel = DEBUG
              log-dead-letters = on
              actor.debug { receive = on, fsm = on }
              remote { log-received-messages = on, log-sent-messages = on, log-remote-lifecycle-events = on }
            }
            """)
        : ConfigurationFactory.Empty;

    /// <summary>Adds a node; the first one conducts.</summary>
    public RoleName Role(string name)
    {
        var role = new RoleName(name);
        if (_roles.Contains(role))
        {
            throw new ArgumentException($"There is a role {name} already", nameof(name));
        }

        _roles = _roles.Add(role);
        return role;
    }
}
