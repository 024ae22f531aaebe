using Akka.Cluster;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster;

public class ReachabilitySpec : ClusterSpecBase
{
    [Fact]
    public void Member_that_is_cut_off_is_unreachable_and_comes_back()
    {
        var (far, proxy) = NewNodeBehindProxy();
        var near = NewNode();
        Form(far, near);
        var seen = Listen(Self, typeof(ClusterEvent.IReachabilityEvent));
        var seenNear = Listen(near, typeof(ClusterEvent.IReachabilityEvent));

        proxy.Freeze();

        // On a machine that stands still others are out of reach for a moment too.
        seen.FishForMessage<ClusterEvent.UnreachableMember>(e => e.Member.Address == far.SelfAddress, Patience);
        seenNear.FishForMessage<ClusterEvent.UnreachableMember>(e => e.Member.Address == far.SelfAddress, Patience);
        AwaitThat(() => !Self.State.Unreachable.IsEmpty, () => "the far one is unreachable");
        Assert.Contains(Self.State.Unreachable, m => m.Address == far.SelfAddress);

        proxy.Heal();

        seen.FishForMessage<ClusterEvent.ReachableMember>(e => e.Member.Address == far.SelfAddress, Patience);
        seenNear.FishForMessage<ClusterEvent.ReachableMember>(e => e.Member.Address == far.SelfAddress, Patience);
        AwaitThat(() => Self.State.Unreachable.IsEmpty, () => "nobody is unreachable any more");
        AwaitThat(() => far.State.Unreachable.IsEmpty, () => "nobody is unreachable for the one that was cut off");
        AwaitUp(Self, far, near);
    }

    [Fact]
    public void Nobody_downs_an_unreachable_member_by_itself()
    {
        var (far, proxy) = NewNodeBehindProxy();
        Form(far);
        var events = Listen(Self, typeof(ClusterEvent.IMemberEvent));

        proxy.Freeze();
        AwaitThat(() => Self.State.Unreachable.Count == 1, () => "the other node is unreachable");

        // Ten times what anything here takes that could have done it.
        events.ExpectNoMsg(TimeSpan.FromSeconds(2));
        Assert.Null(Self.DowningProvider.DowningActorProps);
        Assert.Equal(MemberStatus.Up, Self.State.Members.Single(m => m.Address == far.SelfAddress).Status);
        Assert.False(far.IsTerminated);
    }

    [Fact]
    public void Member_that_joins_while_another_is_unreachable_is_weakly_up_until_it_is_back()
    {
        var (far, proxy) = NewNodeBehindProxy();
        Form(far);
        proxy.Freeze();
        AwaitThat(() => Self.State.Unreachable.Count == 1, () => "the other node is unreachable");
        var late = NewNode();

        late.Join(Self.SelfAddress);

        AwaitThat(
            () => late.SelfMember.Status == MemberStatus.WeaklyUp,
            () => $"the late one is weakly up, not {late.SelfMember.Status}");
        Assert.True(late.IsUp, "a weakly up member is up");
        Assert.Equal([late.SelfAddress], MembersSeenBy(Self, MemberStatus.WeaklyUp));

        proxy.Heal();

        AwaitUp(Self, far, late);
    }

    [Fact]
    public void Unreachable_member_that_is_downed_by_name_is_removed()
    {
        var (far, proxy) = NewNodeBehindProxy();
        Form(far);
        proxy.Freeze();
        AwaitThat(() => Self.State.Unreachable.Count == 1, () => "the other node is unreachable");

        Self.Down(far.SelfAddress);

        AwaitUp(Self);
    }
}
