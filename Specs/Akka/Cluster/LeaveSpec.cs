using Akka.Actor;
using Akka.Cluster;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster;

public class LeaveSpec : ClusterSpecBase
{
    [Fact]
    public async Task Member_that_leaves_exits_is_removed_and_its_system_ends()
    {
        var leaver = NewNode();
        var other = NewNode();
        Form(leaver, other);
        var events = Listen(Self, typeof(ClusterEvent.IMemberEvent));
        var removed = new ManualResetEventSlim();
        leaver.RegisterOnMemberRemoved(removed.Set);

        await leaver.LeaveAsync().WaitAsync(Patience);

        Assert.True(removed.Wait(Patience), "the callback runs");
        Assert.Equal(leaver.SelfAddress, events.FishForMessage<ClusterEvent.MemberExited>(_ => true, Patience).Member.Address);
        var gone = events.FishForMessage<ClusterEvent.MemberRemoved>(_ => true, Patience);
        Assert.Equal(leaver.SelfUniqueAddress, gone.Member.UniqueAddress);
        Assert.Equal(MemberStatus.Exiting, gone.PreviousStatus);
        await leaver.System.WhenTerminated.WaitAsync(Patience);
        Assert.True(leaver.IsTerminated);
        AwaitUp(Self, other);
    }

    [Fact]
    public void Member_can_be_made_to_leave_by_another()
    {
        var leaver = NewNode();
        Form(leaver);

        Self.Leave(leaver.SelfAddress);

        AwaitThat(() => leaver.IsTerminated, () => "the cluster of the one that left ends");
        AwaitUp(Self);
    }

    [Fact]
    public async Task Only_member_leaves_at_once()
    {
        var alone = NewNode();
        alone.Join(alone.SelfAddress);
        AwaitUp(alone);

        await alone.LeaveAsync().WaitAsync(Patience);

        await alone.System.WhenTerminated.WaitAsync(Patience);
    }

    [Fact]
    public void Leader_that_leaves_hands_over()
    {
        var second = NewNode();
        var third = NewNode();
        Form(second, third);
        var nodes = new[] { Self, second, third }.OrderBy(n => n.SelfAddress, Member.AddressOrdering).ToArray();

        nodes[0].LeaveAsync();

        AwaitUp(nodes[1..]);
        AwaitThat(
            () => nodes[1].State.Leader == nodes[1].SelfAddress && nodes[2].State.Leader == nodes[1].SelfAddress,
            () => $"the next one leads, not {nodes[1].State.Leader} and {nodes[2].State.Leader}");
    }

    [Fact]
    public void Member_that_is_downed_is_removed_and_ends()
    {
        var downed = NewNode();
        var other = NewNode();
        Form(downed, other);
        var events = Listen(Self, typeof(ClusterEvent.MemberDowned), typeof(ClusterEvent.MemberRemoved));

        Self.Down(downed.SelfAddress);

        Assert.Equal(downed.SelfAddress, events.ExpectMsg<ClusterEvent.MemberDowned>(Patience).Member.Address);
        Assert.Equal(MemberStatus.Down, events.ExpectMsg<ClusterEvent.MemberRemoved>(Patience).PreviousStatus);
        AwaitThat(() => downed.IsTerminated, () => "the cluster of the one that was downed ends");
        AwaitUp(Self, other);
    }

    [Fact]
    public void Subscriber_hears_that_the_cluster_ends_and_then_of_each_member()
    {
        var downed = NewNode("akka.cluster.run-coordinated-shutdown-when-down = off");
        Form(downed);
        var events = Listen(downed, typeof(ClusterEvent.ClusterShuttingDown), typeof(ClusterEvent.MemberRemoved));

        Self.Down(downed.SelfAddress);

        events.ExpectMsg<ClusterEvent.ClusterShuttingDown>(Patience);
        Address[] removed = [.. events.ReceiveN(2, Patience).Cast<ClusterEvent.MemberRemoved>().Select(e => e.Member.Address)];
        Assert.Equal(new[] { Self.SelfAddress, downed.SelfAddress }.ToHashSet(), removed.ToHashSet());
        var ran = false;
        downed.RegisterOnMemberRemoved(() => ran = true);
        Assert.True(ran, "the callback runs at once");
    }

    [Fact]
    public void Unknown_address_neither_leaves_nor_is_downed()
    {
        Form();
        var events = Listen(Self, typeof(ClusterEvent.IMemberEvent));
        var nowhere = Self.SelfAddress.WithPort(1);

        Self.Leave(nowhere);
        Self.Down(nowhere);

        events.ExpectNoMsg(TimeSpan.FromMilliseconds(500));
        AwaitUp(Self);
    }

    [Fact]
    public void Watched_actor_of_a_member_is_terminated_when_the_member_is_removed()
    {
        var (other, proxy) = NewNodeBehindProxy();
        Form(other);
        var echo = NewEcho(other.System);
        Watch(echo);
        proxy.Freeze();
        AwaitThat(() => Self.State.Unreachable.Count == 1, () => "the other node is unreachable");

        ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        Self.Down(other.SelfAddress);

        Assert.Equal(echo.Path, ExpectTerminated(echo, Patience).ActorRef.Path);
    }
}
