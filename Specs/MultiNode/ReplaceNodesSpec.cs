using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Messages;
using ActorEtcd.Specs.TestKit;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Akka.Remote.Transport;
using Xunit;

namespace ActorEtcd.Specs.MultiNode;

[Collection(ProcessCollection.Name)]
public class ReplaceNodesSpec : EtcdNodesSpec
{
    private const int Puts = 60;
    private const int ValueBytes = 50_000;
    private const float SlowMBit = 8;
    private const int FewBytes = 300_000;

    private readonly RoleName _spare;

    public ReplaceNodesSpec()
        : this(new SpareNodeConfig())
    {
    }

    protected ReplaceNodesSpec(SpareNodeConfig config)
        : base(config, typeof(ReplaceNodesSpec))
    {
        _spare = Roles[3];
    }

    // A follower that misses more than this needs a snapshot.
    protected override ApplySettings ApplySettings { get; } = new(100);

    protected override int CatchUpEntries => 20;

    [MultiNodeFact(Timeout = 480_000)]
    public async Task Member_gets_a_snapshot_over_a_bad_link_and_a_lost_one_is_replaced()
    {
        await StartAsync();
        await Snapshot_is_taken_up_again_after_a_partition();
        var (left, gone) = await Lost_member_is_replaced();
        await VerifyAsync([.. left], gone);
    }

    private async Task Snapshot_is_taken_up_again_after_a_partition()
    {
        var leader = await LeaderAsync();
        var behind = Others(leader).First(role => role != Conductor);
        await IsolateAsync(behind);
        await RunOnAsync(() => WriteAsync(Puts), leader);
        await RunOnAsync(() => ProgressAsync(100), Others(behind));
        var before = Myself == behind ? Etcd.View.Revision : 0;
        EnterBarrier("far behind");

        // The snapshot begins over a slow link, is cut off in its midst, and has to come to its end.
        await FaultAsync(ThrottleTransportAdapter.Direction.Send, SlowMBit, (leader, behind));
        await RunOnAsync(() => OpenLinksAsync(behind, except: leader), Conductor);
        await RunOnAsync(() => OpenReceivingAsync(leader, behind), Conductor);
        await RunOnAsync(
            () => Poll.UntilAsync("some of the snapshot", Patience, () => Task.FromResult(FetchedBytes >= FewBytes)), behind);
        EnterBarrier("under way");
        await CutAsync((leader, behind));
        var fetched = FetchedBytes;
        await RunOnAsync(() => ProgressAsync(50), Others(behind));

        // It may have learned that what it had already is committed.
        RunOn(() => Assert.InRange(Etcd.View.Revision, before, before + CatchUpEntries), behind);
        EnterBarrier("still behind");
        await HealAsync();
        await AllProgressAsync();
        RunOn(
            () =>
            {
                Assert.True(FetchedBytes > fetched, $"no more than {fetched} bytes were fetched");
                Console.WriteLine($"{fetched} of {FetchedBytes} bytes had come before the link was cut");
            },
            behind);
    }

    private async Task OpenLinksAsync(RoleName node, RoleName except)
    {
        foreach (var other in Roles.Where(role => role != node && role != except))
        {
            await TestConductor.PassThrough(node, other, ThrottleTransportAdapter.Direction.Both);
        }
    }

    private async Task OpenReceivingAsync(RoleName leader, RoleName behind) =>
        await TestConductor.PassThrough(behind, leader, ThrottleTransportAdapter.Direction.Both);

    private async Task WriteAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Poll.UntilAsync($"large put {i}", Patience, async () =>
            {
                await Etcd.PutAsync(new PutRequest(Bytes.FromUtf8($"large/{i:d4}"), new byte[ValueBytes]));
                return true;
            });
        }
    }

    private async Task<(ImmutableList<RoleName> Left, RoleName Gone)> Lost_member_is_replaced()
    {
        var leader = await LeaderAsync();
        var gone = Others(leader).First(role => role != Conductor);
        await IsolateAsync(gone);
        await RunOnAsync(
            async () =>
            {
                await RetryAsync($"the removal of {gone.Name}", async () => await Etcd.MemberRemoveAsync(IdOf(gone)));
                await RetryAsync($"the addition of {_spare.Name}", async () => await Etcd.MemberAddAsync(MemberOf(_spare)));
            },
            leader);
        EnterBarrier("members changed");
        await RunOnAsync(() => StartMemberAsync(joins: true), _spare);
        var left = Members.Remove(gone).Add(_spare);
        await RunOnAsync(() => ProgressAsync(), [.. left]);
        EnterBarrier("replaced");

        // The one that was removed without knowing hears of it and disturbs nobody.
        var term = Myself == gone ? 0 : Etcd.Status.Term;
        using var stillness = new Stillness();
        var begun = DateTimeOffset.UtcNow;
        await HealAsync();
        await RunOnAsync(() => Removed.WaitAsync(Patience), gone);
        EnterBarrier("it knows");
        await RunOnAsync(() => ProgressAsync(), [.. left]);
        var now = Myself == gone ? 0 : Etcd.Status.Term;
        if (!await IsHeldAsync(now == term ? null : $"term {term} became {now}", stillness, begun, gone))
        {
            Console.WriteLine("another member leads, but the machine stood still");
        }

        return (left, gone);
    }

    private static Task RetryAsync(string what, Func<Task> attempt) => Poll.UntilAsync(what, Patience, async () =>
    {
        try
        {
            await attempt();
            return true;
        }
        catch (EtcdException refusal) when (refusal.Error is EtcdError.MemberExist or EtcdError.MemberNotFound)
        {
            // An attempt before this one was carried out although its answer was lost.
            return true;
        }
    });
}
