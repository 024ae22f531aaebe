using ActorEtcd.Specs.TestKit;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Xunit;

namespace ActorEtcd.Specs.MultiNode;

[Collection(ProcessCollection.Name)]
public class PartitionNodesSpec : EtcdNodesSpec
{
    public PartitionNodesSpec()
        : this(new EtcdNodesConfig())
    {
    }

    protected PartitionNodesSpec(EtcdNodesConfig config)
        : base(config, typeof(PartitionNodesSpec))
    {
    }

    [MultiNodeFact(Timeout = 480_000)]
    public async Task Majority_goes_on_and_minority_answers_nothing()
    {
        await StartAsync();
        await Leader_cut_off_is_replaced_and_answers_nothing();
        await Follower_cut_off_disturbs_nobody_when_it_comes_back();
        await Nobody_leads_without_a_majority();
        await VerifyAsync([.. Members]);
    }

    private async Task Leader_cut_off_is_replaced_and_answers_nothing()
    {
        var leader = await LeaderAsync();
        await IsolateAsync(leader);
        await RunOnAsync(
            async () =>
            {
                await AwaitOtherLeaderAsync(leader);
                await ProgressAsync();
            },
            Others(leader));
        await RunOnAsync(AnswersNothingAsync, leader);
        EnterBarrier("the majority went on");
        await HealAsync();
        await AllProgressAsync();
    }

    // It asks whether it could win before it raises the term, and nobody has lost the leader.
    private Task Follower_cut_off_disturbs_nobody_when_it_comes_back() => LeaderStaysAsync(async leader =>
    {
        var follower = Others(leader)[0];
        await IsolateAsync(follower);
        await RunOnAsync(() => ProgressAsync(), Others(follower));
        await RunOnAsync(AnswersNothingAsync, follower);
        EnterBarrier("without the follower");
        await HealAsync();
        await AllProgressAsync();
    });

    private async Task Nobody_leads_without_a_majority()
    {
        await CutAsync((Members[0], Members[1]), (Members[1], Members[2]), (Members[2], Members[0]));
        await AnswersNothingAsync();
        EnterBarrier("nobody answers");
        await HealAsync();
        await AllProgressAsync();
    }
}
