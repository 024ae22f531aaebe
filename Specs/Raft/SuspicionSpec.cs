using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

/// <summary>What a hint that the leader is away may do, and what it may not.</summary>
public sealed class SuspicionSpec
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;

    [Fact]
    public void Follower_whose_leader_is_silent_asks_around_before_its_wait_is_over()
    {
        var member = Following().After(400);
        member.Do((s, fx) => RaftCore.LeaderSuspected(s, Second, fx));

        Assert.Equal(RaftRole.PreCandidate, member.State.Role);
        Assert.Equal(1, member.State.Term);
        Assert.Equal(2, member.Sent<PeerMessage.RequestPreVote>().Count());
    }

    [Fact]
    public void Follower_that_hears_its_leader_does_not_care()
    {
        var member = Following().After(200);
        member.Do((s, fx) => RaftCore.LeaderSuspected(s, Second, fx));

        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Equal(Second, member.State.Leader);
        Assert.Empty(member.Sent<PeerMessage.RequestPreVote>());
    }

    [Fact]
    public void Suspicion_of_a_former_leader_changes_nothing()
    {
        var member = Following().After(400);
        member.Do((s, fx) => RaftCore.LeaderSuspected(s, Third, fx));

        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Equal(Second, member.State.Leader);
    }

    [Fact]
    public void Others_that_hear_the_leader_say_no_and_keep_their_term()
    {
        var other = Following().After(400);
        other.Receive(new PeerMessage.RequestPreVote(Third, Me, 2, 9, 1));

        Assert.Empty(other.Sent<PeerMessage.PreVoteReply>());
        Assert.Equal(1, other.State.Term);
        Assert.Equal(Second, other.State.Leader);
    }

    [Fact]
    public void Leader_that_is_heard_again_is_followed_again()
    {
        var member = Following().After(400);
        member.Do((s, fx) => RaftCore.LeaderSuspected(s, Second, fx));
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));

        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Equal(Second, member.State.Leader);
        Assert.Equal(1, member.State.Term);
    }

    private static CoreMember Following()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0)).Flush();
        return member;
    }
}
