using ActorEtcd.Messages;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
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

    [MultiNodeFact(Timeout = 480_000)]
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
        for (var isDone = false; !isDone && leader != target;)
        {
            using var stillness = new Stillness();
            var begun = DateTimeOffset.UtcNow;
            string? refusal = null;
            await RunOnAsync(async () => refusal = await AskForTransferAsync(target), leader);
            isDone = await IsHeldAsync(refusal, stillness, begun);
            leader = isDone ? leader : await LeaderAsync();
        }

        await (target is null ? AwaitOtherLeaderAsync(leader) : AwaitLeaderAsync(target));
        EnterBarrier("handed over");
        await AllProgressAsync();
    }

    private async Task<string?> AskForTransferAsync(RoleName? target)
    {
        try
        {
            return await Etcd.TransferLeadershipAsync(target is null ? MemberId.None : IdOf(target), ElectionTimeout * 4);
        }
        catch (AskTimeoutException silence)
        {
            return silence.Message;
        }
    }
}
