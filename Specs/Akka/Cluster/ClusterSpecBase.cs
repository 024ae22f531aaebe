using ActorEtcd.Specs.Akka.Remote;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Cluster;
using Akka.TestKit;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorEtcd.Specs.Akka.Cluster;

/// <summary>Several systems of one cluster in this process, with remoting over loopback and quick clocks.</summary>
public abstract class ClusterSpecBase : RemoteSpecBase
{
    private const string Quick = """
        akka {
          actor.provider = cluster
          # Whoever is behind a proxy must be reached through it, not over a connection that it opened itself.
          remote.use-passive-connections = off
          coordinated-shutdown.phases.cluster-leave.enabled = off
          cluster {
            downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
            log-info = off
            seed-node-timeout = 1s
            retry-unsuccessful-join-after = 500ms
            periodic-tasks-initial-delay = 100ms
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            unreachable-nodes-reaper-interval = 100ms
            allow-weakly-up-members = 1s
            failure-detector {
              heartbeat-interval = 100ms
              acceptable-heartbeat-pause = 2s
              expected-response-after = 500ms
            }
          }
        }
        """;

    private readonly List<TcpProxy> _proxies = [];

    protected ClusterSpecBase(string config = "", string systemName = "local")
        : base(config + "\n" + Quick, systemName)
    {
        Self = AkkaCluster.Get(Sys);
    }

    protected AkkaCluster Self { get; }

    protected static Address[] MembersSeenBy(AkkaCluster cluster, MemberStatus status) =>
        [.. cluster.State.Members.Where(m => m.Status == status).Select(m => m.Address)];

    protected AkkaCluster NewNode(string config = "") => AkkaCluster.Get(NewSystem(Sys.Name, config + "\n" + Quick));

    /// <summary>A node whose address is that of a proxy, so that the others can be cut off from it.</summary>
    protected (AkkaCluster Node, TcpProxy Proxy) NewNodeBehindProxy()
    {
        var port = FreePorts.Next();
        var proxy = new TcpProxy(port);
        _proxies.Add(proxy);
        return (NewNode(ReconnectSpec.Behind(proxy, port)), proxy);
    }

    protected void Form(params AkkaCluster[] others)
    {
        Self.Join(Self.SelfAddress);
        foreach (var other in others)
        {
            other.Join(Self.SelfAddress);
        }

        AwaitUp([Self, .. others]);
    }

    protected void AwaitUp(params AkkaCluster[] nodes)
    {
        var expected = nodes.Select(n => n.SelfAddress).Order(Member.AddressOrdering).ToArray();
        foreach (var node in nodes)
        {
            AwaitThat(
                () => MembersSeenBy(node, MemberStatus.Up).SequenceEqual(expected),
                () => $"{node.SelfAddress} sees {expected.Length} members up, not [{string.Join(", ", node.State.Members)}]");
        }
    }

    protected void AwaitThat(Func<bool> condition, Func<string> what) =>
        AwaitAssert(() => Xunit.Assert.True(condition(), what()), Patience, TimeSpan.FromMilliseconds(50));

    protected TestProbe Listen(AkkaCluster node, params Type[] events)
    {
        var probe = CreateTestProbe();
        node.Subscribe(probe.Ref, events);
        probe.ExpectMsg<ClusterEvent.CurrentClusterState>();
        return probe;
    }

    protected override void AfterAll()
    {
        foreach (var proxy in _proxies)
        {
            proxy.Heal();
        }

        base.AfterAll();
        foreach (var proxy in _proxies)
        {
            proxy.Dispose();
        }
    }
}
