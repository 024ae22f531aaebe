using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Cluster;
using Akka.Util;
using Xunit;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorEtcd.Specs.Akka.Cluster;

public class JoinSpec : ClusterSpecBase
{
    [Fact]
    public void Node_that_joins_itself_is_up_and_leads()
    {
        Assert.False(Self.IsUp);
        Assert.Equal(MemberStatus.Removed, Self.SelfMember.Status);

        Self.Join(Self.SelfAddress);

        AwaitUp(Self);
        Assert.True(Self.IsUp);
        Assert.Equal(Self.SelfAddress, Self.State.Leader);
    }

    [Fact]
    public void Nodes_that_joined_agree_on_members_leader_roles_and_versions()
    {
        var second = NewNode("""akka.cluster { roles = [store], app-version = "1.2.3" }""");
        var third = NewNode("""akka.cluster { roles = [store, extra], app-version = "1.3.0" }""");

        Form(second, third);

        var leader = new[] { Self, second, third }.Select(n => n.SelfAddress).Min(Member.AddressOrdering);
        var storeLeader = new[] { second, third }.Select(n => n.SelfAddress).Min(Member.AddressOrdering);
        foreach (var node in new[] { Self, second, third })
        {
            AwaitThat(() => node.State.Leader == leader, () => $"the leader is {leader}, not {node.State.Leader}");
            AwaitThat(() => node.State.SeenBy.Count == 3, () => $"all three have seen the state, not {node.State.SeenBy.Count}");
            Assert.Equal(storeLeader, node.State.RoleLeader("store"));
            Assert.Equal(third.SelfAddress, node.State.RoleLeader("extra"));
            Assert.True(node.State.HasMoreThanOneAppVersion);
            var member = node.State.Members.Single(m => m.Address == second.SelfAddress);
            Assert.Equal(second.SelfUniqueAddress, member.UniqueAddress);
            Assert.True(member.HasRole("store"));
            Assert.Equal(AppVersion.Create("1.2.3"), member.AppVersion);
        }
    }

    [Fact]
    public void First_seed_node_forms_the_cluster_and_the_others_find_it()
    {
        var second = NewNode();
        var third = NewNode();
        Address[] seeds = [Self.SelfAddress, second.SelfAddress];

        third.JoinSeedNodes(seeds);
        second.JoinSeedNodes(seeds);
        Self.JoinSeedNodes(seeds);

        AwaitUp(Self, second, third);
    }

    [Fact]
    public void First_seed_node_joins_a_cluster_that_is_there_already()
    {
        var second = NewNode();
        second.Join(second.SelfAddress);
        AwaitUp(second);

        Self.JoinSeedNodes([Self.SelfAddress, second.SelfAddress]);

        AwaitUp(Self, second);
    }

    [Fact]
    public async Task Join_is_tried_again_until_there_is_a_cluster()
    {
        var second = NewNode();
        var joined = Self.JoinAsync(second.SelfAddress);

        second.Join(second.SelfAddress);

        await joined.WaitAsync(Patience);
        Assert.True(Self.IsUp);
    }

    [Fact]
    public async Task Join_that_is_given_up_fails()
    {
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var joined = Self.JoinAsync(NewNode().SelfAddress, impatience.Token);

        await Assert.ThrowsAsync<ClusterJoinFailedException>(() => joined.WaitAsync(Patience));
    }

    [Fact]
    public void Members_wait_until_enough_of_them_are_there()
    {
        var second = NewNode("akka.cluster.min-nr-of-members = 2");
        second.Join(second.SelfAddress);
        AwaitThat(() => second.State.Members.Count == 1, () => "the first has joined itself");
        Assert.Equal(MemberStatus.Joining, second.SelfMember.Status);

        Self.Join(second.SelfAddress);

        AwaitUp(Self, second);
    }

    [Fact]
    public void New_system_at_an_address_takes_the_place_of_the_old_one()
    {
        var config = $"akka.remote.dot-netty.tcp.port = {FreePorts.Next()}";
        var old = NewNode(config);
        Form(old);
        var removed = Listen(Self, typeof(ClusterEvent.MemberRemoved));
        End(old.System);

        var fresh = NewNode(config);
        fresh.JoinSeedNodes([Self.SelfAddress]);

        Assert.Equal(
            old.SelfUniqueAddress, removed.ExpectMsg<ClusterEvent.MemberRemoved>(Patience).Member.UniqueAddress);
        AwaitUp(Self, fresh);
        Assert.Contains(Self.State.Members, m => m.UniqueAddress == fresh.SelfUniqueAddress);
    }

    [Fact]
    public void Callback_runs_when_the_member_is_up()
    {
        var ran = new ManualResetEventSlim();
        Self.RegisterOnMemberUp(ran.Set);
        Assert.False(ran.IsSet);

        Self.Join(Self.SelfAddress);

        Assert.True(ran.Wait(Patience), "the callback runs");
        var caller = 0;
        AwaitUp(Self);
        Self.RegisterOnMemberUp(() => caller = Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, caller);
    }

    [Fact]
    public void Subscriber_gets_the_state_first_or_the_events_that_led_to_it()
    {
        Form();
        var snapshot = CreateTestProbe();
        var events = CreateTestProbe();

        Self.Subscribe(snapshot.Ref, typeof(ClusterEvent.IClusterDomainEvent));
        Self.Subscribe(events.Ref, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.LeaderChanged));

        Assert.Single(snapshot.ExpectMsg<ClusterEvent.CurrentClusterState>().Members);
        Assert.Equal(Self.SelfAddress, events.FishForMessage<ClusterEvent.MemberUp>(_ => true, Patience).Member.Address);
    }

    [Fact]
    public void Events_are_on_the_event_stream_too()
    {
        var events = Subscribe(Sys, typeof(ClusterEvent.IMemberEvent));

        Self.Join(Self.SelfAddress);

        // The first member leads, so it is up before anybody hears that it joined.
        Assert.Equal(Self.SelfAddress, events.ExpectMsg<ClusterEvent.MemberUp>(Patience).Member.Address);
    }

    [Fact]
    public void Who_gave_up_a_subscription_hears_no_more_of_it()
    {
        var events = Listen(Self, typeof(ClusterEvent.MemberJoined), typeof(ClusterEvent.MemberUp));
        Self.Unsubscribe(events.Ref, typeof(ClusterEvent.MemberJoined));

        Self.Join(Self.SelfAddress);

        events.ExpectMsg<ClusterEvent.MemberUp>(Patience);
    }

    [Fact]
    public void Node_that_is_told_to_leave_before_it_joined_can_still_join()
    {
        Self.Leave(Self.SelfAddress);
        Self.Down(Self.SelfAddress);

        Self.Join(Self.SelfAddress);

        AwaitUp(Self);
    }

    [Fact]
    public void Path_of_an_actor_for_other_nodes_has_this_nodes_address() =>
        Assert.Equal(Self.SelfAddress, Self.RemotePathOf(TestActor).Address);

    [Fact]
    public void Extension_needs_the_provider()
    {
        var system = NewSystem("plain", "akka.actor.provider = remote");

        Assert.ThrowsAny<Exception>(() => AkkaCluster.Get(system));
    }
}
