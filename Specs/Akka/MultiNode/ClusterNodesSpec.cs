using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Cluster.TestKit;
using Akka.Configuration;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Akka.Remote.Transport;
using Xunit;

namespace ActorEtcd.Specs.Akka.MultiNode;

public class ClusterNodesConfig : MultiNodeConfig
{
    public ClusterNodesConfig()
    {
        First = Role("first");
        Second = Role("second");
        Third = Role("third");
        TestTransport = true;
        CommonConfig = ConfigurationFactory.ParseString("""
            akka {
              testconductor.barrier-timeout = 240s
              remote { retry-gate-closed-for = 100ms, dot-netty.tcp.connection-timeout = 1s }
              cluster.failure-detector {
                heartbeat-interval = 200ms
                acceptable-heartbeat-pause = 2s
                expected-response-after = 500ms
              }
            }
            """).WithFallback(MultiNodeClusterSpec.ClusterConfig(failureDetectorPuppet: false));
    }

    public RoleName First { get; }

    public RoleName Second { get; }

    public RoleName Third { get; }
}

/// <summary>Akka.Cluster over links that the conductor cuts.</summary>
[Collection(ProcessCollection.Name)]
public class ClusterNodesSpec : MultiNodeClusterSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ClusterNodesConfig _config;

    public ClusterNodesSpec()
        : this(new ClusterNodesConfig())
    {
    }

    protected ClusterNodesSpec(ClusterNodesConfig config)
        : base(config, typeof(ClusterNodesSpec))
    {
        _config = config;
    }

    [MultiNodeFact(Timeout = 480_000)]
    public async Task Node_that_is_cut_off_becomes_unreachable_and_comes_back_and_one_that_leaves_is_removed()
    {
        AwaitClusterUp(_config.First, _config.Second, _config.Third);
        AssertLeader([.. Roles]);
        AssertMembers(Cluster.State.Members, [.. Roles.Select(GetAddress)]);
        AwaitSeenSameState([.. Roles.Select(GetAddress)]);
        EnterBarrier("one cluster");

        MuteMarkingAsUnreachable();
        MuteMarkingAsReachable();
        await LinkThirdAsync((node, target) => TestConductor.Blackhole(node, target, ThrottleTransportAdapter.Direction.Both));
        RunOn(() => SeesUnreachable(_config.Third), _config.First, _config.Second);
        RunOn(() => SeesUnreachable(_config.First, _config.Second), _config.Third);
        EnterBarrier("cut off");

        await LinkThirdAsync((node, target) => TestConductor.PassThrough(node, target, ThrottleTransportAdapter.Direction.Both));
        Within(Patience, AwaitAllReachable);
        AwaitMembersUp(Roles.Count);
        EnterBarrier("back");

        RunOn(() => Cluster.Leave(GetAddress(_config.Second)), _config.First);
        RunOn(() => AwaitMembersUp(2, [GetAddress(_config.Second)]), _config.First, _config.Third);
        RunOn(() => AwaitCondition(() => Cluster.IsTerminated, Patience, TimeSpan.FromMilliseconds(50)), _config.Second);
        EnterBarrier("left");
        AssertLeader(_config.First, _config.Third);
        EnterBarrier("led");
    }

    private async Task LinkThirdAsync(Func<RoleName, RoleName, Task> command)
    {
        EnterBarrier("before command");
        await RunOnAsync(
            async () =>
            {
                await command(_config.Third, _config.First);
                await command(_config.Third, _config.Second);
            },
            _config.First);
        EnterBarrier("after command");
    }

    private void SeesUnreachable(params RoleName[] nodes) => AwaitAssert(
        () => Assert.Equal(
            nodes.Select(GetAddress).Order(global::Akka.Cluster.Member.AddressOrdering),
            Cluster.State.Unreachable.Select(member => member.Address).Order(global::Akka.Cluster.Member.AddressOrdering)),
        Patience);
}

public sealed class PuppetNodesConfig : MultiNodeConfig
{
    public PuppetNodesConfig()
    {
        Role("first");
        Role("second");
        CommonConfig = MultiNodeClusterSpec.ClusterConfigWithFailureDetectorPuppet();
    }
}

/// <summary>A cluster whose nodes are thought to fail when the test says so.</summary>
[Collection(ProcessCollection.Name)]
public class PuppetNodesSpec : MultiNodeClusterSpec
{
    public PuppetNodesSpec()
        : this(new PuppetNodesConfig())
    {
    }

    protected PuppetNodesSpec(PuppetNodesConfig config)
        : base(config, typeof(PuppetNodesSpec))
    {
    }

    [MultiNodeFact(Timeout = 480_000)]
    public void Puppet_decides_who_can_be_reached()
    {
        AwaitClusterUp([.. Roles]);
        MuteMarkingAsUnreachable();
        MuteMarkingAsReachable();
        var second = GetAddress(Roles[1]);
        RunOn(() => MarkNodeAsUnavailable(second), Roles[0]);

        // Nobody counts itself among those that cannot be reached.
        RunOn(
            () => AwaitCondition(
                () => Cluster.State.Unreachable.Any(member => member.Address == second), TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(50)),
            Roles[0]);
        EnterBarrier("unreachable");
        RunOn(() => MarkNodeAsAvailable(second), Roles[0]);
        Within(TimeSpan.FromSeconds(90), AwaitAllReachable);
        EnterBarrier("reachable");
    }
}
