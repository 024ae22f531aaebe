using ActorEtcd.Log;
using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class ElectionSpec
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;

    [Fact]
    public void Leader_that_had_no_time_itself_listens_before_it_steps_down_but_not_for_ever()
    {
        var member = new CoreMember().LeadOpenly();
        member.After(5000).Do(static (s, fx) =>
        {
            RaftCore.HeartbeatLate(s);
            RaftCore.HeartbeatTimeout(s, fx);
        });
        Assert.Equal(RaftRole.Leader, member.State.Role);

        // Late again, and nobody was heard in between: that is no excuse any more.
        member.After(400).Do(static (s, fx) =>
        {
            RaftCore.HeartbeatLate(s);
            RaftCore.HeartbeatTimeout(s, fx);
        });
        Assert.Equal(RaftRole.Follower, member.State.Role);
    }

    [Fact]
    public void Leader_that_had_no_time_itself_and_hears_a_majority_then_goes_on()
    {
        var member = new CoreMember().LeadOpenly();
        member.After(5000).Do(static (s, fx) =>
        {
            RaftCore.HeartbeatLate(s);
            RaftCore.HeartbeatTimeout(s, fx);
        });
        member.Receive(new PeerMessage.HeartbeatReply(CoreMember.Second, CoreMember.Me, member.State.Term, 0, 0, 0));
        member.After(400).Do(RaftCore.HeartbeatTimeout);

        Assert.Equal(RaftRole.Leader, member.State.Role);
    }

    [Fact]
    public void Follower_that_hears_nobody_asks_around_without_moving_its_term()
    {
        var member = new CoreMember().TimeOut();
        Assert.Equal(RaftRole.PreCandidate, member.State.Role);
        Assert.Equal(0, member.State.Term);
        Assert.Equal([1, 1], member.Sent<PeerMessage.RequestPreVote>().Select(m => m.Term));
    }

    [Fact]
    public void Election_timer_that_fires_early_is_armed_for_the_rest()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        member.After(1).Do(RaftCore.ElectionTimeout);
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Single(member.Effects.OfType<RaftEffect.ArmElectionTimer>());
    }

    [Fact]
    public void Candidate_asks_for_votes_only_when_its_own_vote_is_durable()
    {
        var member = new CoreMember().TimeOut();
        member.Receive(new PeerMessage.PreVoteReply(Second, Me, 1, Granted: true));
        Assert.Equal(RaftRole.Candidate, member.State.Role);
        Assert.Equal(Me, Assert.Single(member.Effects.OfType<RaftEffect.WriteTermAndVote>()).Vote);
        Assert.Empty(member.Sent<PeerMessage.RequestVote>());
        member.Flush();
        Assert.Equal(2, member.Sent<PeerMessage.RequestVote>().Count());
    }

    [Fact]
    public void Vote_leaves_only_when_it_is_durable()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.RequestVote(Second, Me, 5, 0, 0, Transfer: false));
        Assert.Empty(member.Sent<PeerMessage.VoteReply>());
        Assert.True(member.Flush().SentOne<PeerMessage.VoteReply>().Granted);
    }

    [Fact]
    public void Vote_of_a_term_is_given_once_and_repeated_to_the_same_candidate()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.RequestVote(Second, Me, 5, 0, 0, Transfer: false)).Flush();
        member.Receive(new PeerMessage.RequestVote(Third, Me, 5, 9, 4, Transfer: false));
        Assert.False(member.SentOne<PeerMessage.VoteReply>().Granted);
        member.Receive(new PeerMessage.RequestVote(Second, Me, 5, 0, 0, Transfer: false));
        Assert.True(member.SentOne<PeerMessage.VoteReply>().Granted);
    }

    [Fact]
    public void Vote_survives_a_step_down_within_the_term()
    {
        var member = new CoreMember().TimeOut();
        member.Receive(new PeerMessage.PreVoteReply(Second, Me, 1, Granted: true)).Flush();
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Equal(Me, member.State.Vote);
        member.Receive(new PeerMessage.RequestVote(Third, Me, 1, 9, 1, Transfer: false));
        Assert.False(member.SentOne<PeerMessage.VoteReply>().Granted);
    }

    [Theory]
    [InlineData(3, 2, false)]
    [InlineData(2, 3, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 3, true)]
    [InlineData(1, 4, true)]
    public void Candidate_with_an_older_log_gets_no_vote(long lastIndex, long lastTerm, bool granted)
    {
        var recovered = new LogRecovered(
            3,
            MemberId.None,
            null,
            [CoreMember.Entry(1, 1), CoreMember.Entry(2, 3)],
            0);
        var member = new CoreMember(recovered: recovered);
        member.Receive(new PeerMessage.RequestVote(Second, Me, 9, lastIndex, lastTerm, Transfer: false)).Flush();
        Assert.Equal(granted, member.State.Vote == Second);
    }

    [Fact]
    public void Follower_of_a_live_leader_ignores_candidates_unless_the_leader_hands_over()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 3, 0, 0, 0));
        member.After(900);
        member.Receive(new PeerMessage.RequestVote(Third, Me, 9, 0, 0, Transfer: false));
        Assert.Equal(3, member.State.Term);
        Assert.Empty(member.Sent<PeerMessage.VoteReply>());
        member.Receive(new PeerMessage.RequestPreVote(Third, Me, 9, 0, 0));
        Assert.Empty(member.Sent<PeerMessage.PreVoteReply>());
        member.Receive(new PeerMessage.RequestVote(Third, Me, 9, 0, 0, Transfer: true));
        Assert.Equal(9, member.State.Term);
        Assert.True(member.Flush().SentOne<PeerMessage.VoteReply>().Granted);
    }

    [Fact]
    public void Leader_of_an_older_term_is_told_the_newer_one()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.RequestVote(Second, Me, 5, 0, 0, Transfer: false)).Flush();
        member.Receive(new PeerMessage.Heartbeat(Third, Me, 4, 0, 0, 0));
        Assert.Equal(5, member.SentOne<PeerMessage.AppendReply>().Term);
        Assert.Equal(MemberId.None, member.State.Leader);
    }

    [Fact]
    public void Leader_is_ready_in_the_turn_in_which_it_wins()
    {
        var member = new CoreMember().Lead();
        Assert.Single(member.Effects.OfType<RaftEffect.StartHeartbeats>());
        Assert.Equal(EntryKind.NoOp, Assert.Single(Assert.Single(member.Effects.OfType<RaftEffect.WriteEntries>()).Entries).Kind);
        Assert.Equal(2, member.Sent<PeerMessage.AppendEntries>().Count());
    }

    [Fact]
    public void Leader_that_no_majority_answers_steps_down()
    {
        var member = new CoreMember().LeadOpenly();
        member.After(500).Do(RaftCore.HeartbeatTimeout);
        Assert.Equal(RaftRole.Leader, member.State.Role);
        member.After(600).Do(RaftCore.HeartbeatTimeout);
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Single(member.Effects.OfType<RaftEffect.StopHeartbeats>());
    }

    [Fact]
    public void Leader_that_steps_down_waits_for_a_leader_again()
    {
        var member = new CoreMember().LeadOpenly();
        member.After(5000).Receive(new PeerMessage.Heartbeat(Third, Me, member.State.Term + 1, 0, 0, 0));
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Single(member.Effects.OfType<RaftEffect.ArmElectionTimer>());
        Assert.Equal(RaftRole.PreCandidate, member.TimeOut().State.Role);
    }

    [Fact]
    public void Sole_voter_leads_as_soon_as_its_vote_is_durable()
    {
        var member = new CoreMember(voters: 1);
        Assert.Equal(RaftRole.Candidate, member.State.Role);
        member.Flush();
        Assert.Equal(RaftRole.Leader, member.State.Role);
        Assert.Equal(0, member.State.Log.CommitIndex);
        member.Flush();
        Assert.Equal(1, member.State.Log.CommitIndex);
    }

    [Fact]
    public void Learner_never_campaigns()
    {
        var configuration = new RaftConfiguration([Second, Third], [], [Me], []);
        var member = new CoreMember(adjust: s => s with { InitialConfiguration = configuration }).TimeOut();
        Assert.Equal(RaftRole.Follower, member.State.Role);
        member.Receive(new PeerMessage.TimeoutNow(Second, Me, 1));
        Assert.Equal(RaftRole.Follower, member.State.Role);
    }

    [Fact]
    public void Leader_that_is_no_voter_any_more_steps_down()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.ConfigurationApplied(s, RaftConfiguration.OfVoters(Second, Third), fx));
        Assert.Equal(RaftRole.Follower, member.State.Role);
        member.TimeOut();
        Assert.Equal(RaftRole.Follower, member.State.Role);
    }
}
