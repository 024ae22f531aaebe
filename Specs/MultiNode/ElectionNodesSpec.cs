using ActorEtcd.Specs.TestKit;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Xunit;

namespace ActorEtcd.Specs.MultiNode;

[Collection(ProcessCollection.Name)]
public class ElectionNodesSpec : EtcdNodesSpec
{
    public ElectionNodesSpec()
        : this(new EtcdNodesConfig())
    {
    }

    protected ElectionNodesSpec(EtcdNodesConfig config)
        : base(config, typeof(ElectionNodesSpec))
    {
    }

    [MultiNodeFact(Timeout = 90_000)]
    public async Task Leader_is_elected_and_hands_over_under_load()
    {
        await StartAsync();
        var leader = await LeaderAsync();
        await AwaitLeaderAsync(leader);
        EnterBarrier("all know the leader");

        foreach (var target in Others(leader))
        {
            await HandOverAsync(target);
        }

        await HandOverAsync(target: null);
        await VerifyAsync([.. Members]);
    }

    private async Task HandOverAsync(RoleName? target)
    {
        var leader = await LeaderAsync();
        await RunOnAsync(
            async () =>
            {
                var member = target is null ? MemberId.None : IdOf(target);
                Assert.Null(await Etcd.TransferLeadershipAsync(member, ElectionTimeout * 4));
            },
            leader);
        await (target is null ? AwaitOtherLeaderAsync(leader) : AwaitLeaderAsync(target));
        EnterBarrier("handed over");
        await AllProgressAsync();
    }
}
