using ActorEtcd.Specs.TestKit;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Xunit;

namespace ActorEtcd.Specs.MultiNode;

[Collection(ProcessCollection.Name)]
public class SidesNodesSpec : EtcdNodesSpec
{
    public SidesNodesSpec()
        : this(new FiveNodesConfig())
    {
    }

    protected SidesNodesSpec(FiveNodesConfig config)
        : base(config, typeof(SidesNodesSpec))
    {
    }

    [MultiNodeFact(Timeout = 480_000)]
    public async Task Three_of_five_go_on_and_two_answer_nothing_whoever_has_the_leader()
    {
        await StartAsync();
        await FallApartAsync(besideLeader: 1);
        await FallApartAsync(besideLeader: 2);
        await VerifyAsync([.. Members]);
    }

    private async Task FallApartAsync(int besideLeader)
    {
        var leader = await LeaderAsync();
        RoleName[] with = [leader, .. Others(leader).Take(besideLeader)];
        RoleName[] without = [.. Members.Except(with)];
        await CutAsync([.. with.SelectMany(_ => without, static (node, target) => (node, target))]);
        var (majority, minority) = with.Length > without.Length ? (with, without) : (without, with);
        await RunOnAsync(
            async () =>
            {
                await Poll.UntilAsync("a leader on this side", Patience, () => Task.FromResult(
                    Etcd.Status.HasLeader && majority.Contains(RoleOf(Etcd.Status.Leader))));
                await ProgressAsync();
            },
            majority);
        await RunOnAsync(AnswersNothingAsync, minority);
        EnterBarrier("the majority went on");
        await HealAsync();
        await AllProgressAsync();
    }
}
