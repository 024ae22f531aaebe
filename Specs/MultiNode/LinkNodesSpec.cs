using ActorEtcd.Raft;
using ActorEtcd.Specs.Akka;
using ActorEtcd.Specs.TestKit;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Akka.Remote.Transport;
using Xunit;

namespace ActorEtcd.Specs.MultiNode;

[Collection(ProcessCollection.Name)]
public class LinkNodesSpec : EtcdNodesSpec
{
    private const int Flaps = 12;
    private const float SlowMBit = 4;
    private const int LargeValueBytes = 10_000;

    private static readonly TimeSpan FlapInterval = TimeSpan.FromMilliseconds(150);

    public LinkNodesSpec()
        : this(new EtcdNodesConfig())
    {
    }

    protected LinkNodesSpec(EtcdNodesConfig config)
        : base(config, typeof(LinkNodesSpec))
    {
    }

    [MultiNodeFact(Timeout = 480_000)]
    public async Task Writes_go_on_over_links_that_are_one_sided_unsteady_or_slow()
    {
        await StartAsync();
        await Leader_that_is_not_heard_is_replaced();
        await Leader_that_hears_nobody_is_replaced();
        await Follower_that_hears_nobody_does_not_raise_the_term();
        await Flapping_link_stops_nobody_for_long();
        await Slow_links_do_not_cost_the_leadership();
        await VerifyAsync([.. Members]);
    }

    private async Task Leader_that_is_not_heard_is_replaced()
    {
        var leader = await LeaderAsync();
        await FaultAsync(ThrottleTransportAdapter.Direction.Send, 0, LinksOf(leader));
        await RunOnAsync(() => OtherLeadsAsync(leader), Others(leader));
        await RunOnAsync(() => StepsDownAsync(), leader);
        EnterBarrier("the unheard leader was replaced");
        await HealAsync();
        await AllProgressAsync();
    }

    private async Task Leader_that_hears_nobody_is_replaced()
    {
        var leader = await LeaderAsync();
        await FaultAsync(ThrottleTransportAdapter.Direction.Receive, 0, LinksOf(leader));
        await RunOnAsync(() => StepsDownAsync(), leader);
        await RunOnAsync(() => OtherLeadsAsync(leader), Others(leader));
        EnterBarrier("the deaf leader was replaced");
        await HealAsync();
        await AllProgressAsync();
    }

    private Task Follower_that_hears_nobody_does_not_raise_the_term() => LeaderStaysAsync(async leader =>
    {
        var follower = Others(leader)[0];
        await FaultAsync(ThrottleTransportAdapter.Direction.Receive, 0, LinksOf(follower));
        await RunOnAsync(() => ProgressAsync(50), Others(follower));
        await RunOnAsync(() => ReadIsRefusedAsync(), follower);
        EnterBarrier("the deaf follower asked in vain");
        await HealAsync();
        await AllProgressAsync();
    });

    private async Task Flapping_link_stops_nobody_for_long()
    {
        var leader = await LeaderAsync();
        var follower = Others(leader)[0];
        await RunOnAsync(() => FlapAsync(leader, follower), Conductor);
        EnterBarrier("flapped");
        await AllProgressAsync();
    }

    private async Task FlapAsync(RoleName node, RoleName target)
    {
        using var timer = new PeriodicTimer(FlapInterval);
        for (var flap = 0; flap < Flaps; flap++)
        {
            await TestConductor.Blackhole(node, target, ThrottleTransportAdapter.Direction.Both);

            // With the genuine transport the other end goes on with the old connection and takes no new one.
            if (SubsetFactAttribute.IsSubset && flap % 3 == 0)
            {
                await TestConductor.Disconnect(node, target);
            }

            await timer.WaitForNextTickAsync();
            await TestConductor.PassThrough(node, target, ThrottleTransportAdapter.Direction.Both);
            await timer.WaitForNextTickAsync();
        }
    }

    // Values of three clients fill the links; heartbeats wait behind them, but not for an election timeout.
    private Task Slow_links_do_not_cost_the_leadership() => LeaderStaysAsync(async leader =>
    {
        await FaultAsync(ThrottleTransportAdapter.Direction.Send, SlowMBit, LinksOf(leader));
        Client.ValueBytes = LargeValueBytes;
        await ProgressAsync(30);
        Client.ValueBytes = 10;
        await HealAsync();
        await AllProgressAsync();
    });

    private async Task OtherLeadsAsync(RoleName old)
    {
        await AwaitOtherLeaderAsync(old);
        await ProgressAsync();
    }

    private Task StepsDownAsync() => Poll.UntilAsync(
        $"{Myself.Name} not to lead", Patience, () => Task.FromResult(Etcd.Status.Role != RaftRole.Leader));

    private (RoleName Node, RoleName Target)[] LinksOf(RoleName node) => [.. Others(node).Select(other => (node, other))];
}
