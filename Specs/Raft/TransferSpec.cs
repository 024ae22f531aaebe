using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class TransferSpec
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;

    [Fact]
    public void Leader_whose_disk_stalls_hands_over_to_a_follower_that_has_more_on_its_disk()
    {
        var member = new CoreMember().LeadOpenly();
        member.Propose("a");
        member.Accept(Second, member.State.Log.LastIndex);
        for (var beat = 0; beat < 9; beat++)
        {
            Beat(member);
            Assert.Empty(member.Sent<PeerMessage.TimeoutNow>());
        }

        Beat(member);

        Assert.Equal(Second, member.SentOne<PeerMessage.TimeoutNow>().To);
    }

    [Fact]
    public void Leader_whose_disk_stalls_goes_on_when_nobody_has_more_on_its_disk()
    {
        var member = new CoreMember().LeadOpenly();
        member.Propose("a");
        for (var beat = 0; beat < 30; beat++)
        {
            Beat(member);
            Assert.Empty(member.Sent<PeerMessage.TimeoutNow>());
        }

        Assert.Equal(RaftRole.Leader, member.State.Role);
    }

    [Fact]
    public void Leader_whose_disk_is_late_but_finishes_one_write_after_the_other_stays()
    {
        var member = new CoreMember().LeadOpenly();
        var finished = member.State.Persist.Acknowledged;
        for (var beat = 1; beat <= 60; beat++)
        {
            member.Propose("a");
            member.Accept(Second, member.State.Log.LastIndex);
            Beat(member);
            Assert.Empty(member.Sent<PeerMessage.TimeoutNow>());
            if (beat % 5 == 0)
            {
                finished++;
                member.Do((s, fx) => RaftCore.Persisted(s, finished, fx));
            }
        }

        Assert.True(member.State.Persist.Requested - finished > 40, "the disk was not late");
    }

    [Fact]
    public void Target_that_has_everything_is_told_at_once()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.TransferLeadership(s, Second, fx));
        Assert.Equal(Second, member.SentOne<PeerMessage.TimeoutNow>().To);
        member.Receive(new PeerMessage.Heartbeat(Second, Me, member.State.Term + 1, 0, 0, 0));
        Assert.Equal(Second, Assert.Single(member.Effects.OfType<RaftEffect.TransferSucceeded>()).Leader);
    }

    [Fact]
    public void Target_that_lags_is_told_when_it_has_caught_up_and_proposals_wait()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.TransferLeadership(s, Third, fx));
        Assert.Empty(member.Sent<PeerMessage.TimeoutNow>());
        member.Propose("a");
        Assert.Equal(
            ProposalRefusal.LeadershipTransfer,
            Assert.Single(member.Effects.OfType<RaftEffect.RefuseProposals>()).Reason);
        member.Accept(Third, member.State.Log.LastIndex);
        Assert.Equal(Third, member.SentOne<PeerMessage.TimeoutNow>().To);
    }

    [Fact]
    public void Transfer_is_given_up_after_an_election_timeout()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.TransferLeadership(s, Third, fx));
        member.After(600).Receive(new PeerMessage.HeartbeatReply(Second, Me, member.State.Term, 0, 0, 0));
        member.After(500).Do(RaftCore.HeartbeatTimeout);
        Assert.Single(member.Effects.OfType<RaftEffect.TransferFailed>());
        member.Propose("a");
        Assert.Empty(member.Effects.OfType<RaftEffect.RefuseProposals>());
    }

    [Fact]
    public void Best_target_is_the_voter_that_lags_least()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.TransferLeadership(s, MemberId.None, fx));
        Assert.Equal(Second, member.SentOne<PeerMessage.TimeoutNow>().To);
    }

    [Fact]
    public void Member_that_is_not_the_leader_refuses()
    {
        var member = new CoreMember();
        member.Do((s, fx) => RaftCore.TransferLeadership(s, Second, fx));
        Assert.Single(member.Effects.OfType<RaftEffect.TransferFailed>());
    }

    [Fact]
    public void Target_campaigns_at_once_and_over_leases()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        member.Receive(new PeerMessage.TimeoutNow(Second, Me, 1));
        Assert.Equal((RaftRole.Candidate, 2), (member.State.Role, member.State.Term));
        Assert.All(member.Flush().Sent<PeerMessage.RequestVote>(), m => Assert.True(m.Transfer));
    }

    private static void Beat(CoreMember member)
    {
        member.Receive(new PeerMessage.HeartbeatReply(Second, Me, member.State.Term, 0, 0, 0));
        member.After(100).Do(RaftCore.HeartbeatTimeout);
    }
}
