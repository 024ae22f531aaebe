using ActorEtcd.Client;
using ActorEtcd.Messages;
using Akka.Coordination;
using Xunit;
using AkkaLease = Akka.Coordination.Lease;

namespace ActorEtcd.Specs.Client;

public sealed class EtcdLeaseSpec : NodeSpecBase
{
    private const string Times = """
        akka.etcd.coordination {
          heartbeat-timeout = 20s
          heartbeat-interval = 100ms
          lease-operation-timeout = 15s
        }
        """;

    public EtcdLeaseSpec()
        : base(Times)
    {
    }

    [Fact]
    public async Task One_owner_at_a_time_holds_the_lease()
    {
        var node = await StartAsync();
        var (mine, yours) = (LeaseOf("me"), LeaseOf("you"));

        Assert.True(await mine.Acquire());
        Assert.True(mine.CheckLease());
        Assert.False(await yours.Acquire());
        Assert.False(yours.CheckLease());
        Assert.Equal(["/akka/leases/job=me"], await ContentAsync(node));
        Assert.Single(await node.LeasesAsync());

        Assert.True(await mine.Release());
        Assert.False(mine.CheckLease());
        Assert.Empty(await ContentAsync(node));
        Assert.True(await yours.Acquire());
    }

    [Fact]
    public async Task Owner_takes_over_what_its_former_life_held()
    {
        var node = await StartAsync();
        await node.PutAsync(PutOf("/akka/leases/job", "me"));

        Assert.True(await LeaseOf("me").Acquire());
        Assert.False(await LeaseOf("you").Acquire());
    }

    [Fact]
    public async Task Owner_is_told_that_the_lease_is_lost()
    {
        var node = await StartAsync();
        var lease = LeaseOf("me");
        var lost = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(await lease.Acquire(reason => lost.TrySetResult(reason)));

        await node.DeleteRangeAsync(new DeleteRangeRequest(Bytes.FromUtf8("/akka/leases/job")));

        Assert.Null(await lost.Task.WaitAsync(Patience));
        Assert.False(lease.CheckLease());
        Assert.True(await lease.Acquire());
    }

    [Fact]
    public async Task Lease_waits_for_the_node_that_is_yet_to_start()
    {
        var acquired = LeaseOf("me").Acquire();
        await StartAsync();

        Assert.True(await acquired.WaitAsync(Patience));
    }

    private AkkaLease LeaseOf(string owner) => LeaseProvider.Get(Sys).GetLease("job", "akka.etcd.coordination", owner);
}
