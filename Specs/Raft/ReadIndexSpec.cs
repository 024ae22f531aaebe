using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class ReadIndexSpec
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;

    [Fact]
    public void Leader_answers_after_a_majority_confirmed_a_round_begun_after_the_read()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        var heartbeats = member.Sent<PeerMessage.Heartbeat>().ToArray();
        Assert.Equal(2, heartbeats.Length);
        member.Receive(Reply(member, Second, heartbeats[0].ReadRound - 1));
        Assert.Empty(member.Effects.OfType<RaftEffect.AnswerRead>());
        member.Receive(Reply(member, Second, heartbeats[0].ReadRound));
        Assert.Equal(
            new RaftEffect.AnswerRead(11, member.State.Log.CommitIndex),
            Assert.Single(member.Effects.OfType<RaftEffect.AnswerRead>()));
    }

    [Fact]
    public void Reads_that_come_during_a_round_share_the_next_one()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        var round = member.Sent<PeerMessage.Heartbeat>().First().ReadRound;
        member.Do((s, fx) => RaftCore.ReadIndex(s, 12, fx));
        Assert.Empty(member.Sent<PeerMessage.Heartbeat>());
        member.Do((s, fx) => RaftCore.ReadIndex(s, 13, fx));
        member.Receive(Reply(member, Second, round));
        Assert.Equal(11, Assert.Single(member.Effects.OfType<RaftEffect.AnswerRead>()).Context);
        var next = member.Sent<PeerMessage.Heartbeat>().First().ReadRound;
        member.Receive(Reply(member, Third, next));
        Assert.Equal([12, 13], member.Effects.OfType<RaftEffect.AnswerRead>().Select(a => a.Context));
    }

    [Fact]
    public void Read_waits_until_the_leader_has_committed_in_its_term()
    {
        var member = new CoreMember().Lead();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        Assert.Empty(member.Sent<PeerMessage.Heartbeat>());
        member.Flush().Accept(Second, member.State.Log.LastIndex);
        var round = member.Sent<PeerMessage.Heartbeat>().First().ReadRound;
        member.Receive(Reply(member, Second, round));
        Assert.Equal(1, Assert.Single(member.Effects.OfType<RaftEffect.AnswerRead>()).Index);
    }

    [Fact]
    public void Sole_voter_answers_at_once()
    {
        var member = new CoreMember(voters: 1).Flush().Flush();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        Assert.Equal(1, Assert.Single(member.Effects.OfType<RaftEffect.AnswerRead>()).Index);
    }

    [Fact]
    public void Leader_that_steps_down_refuses_its_reads_and_those_of_followers()
    {
        var member = new CoreMember().LeadOpenly();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        member.Receive(new PeerMessage.RequestReadIndex(Third, Me, 99));
        member.Receive(new PeerMessage.Heartbeat(Second, Me, member.State.Term + 1, 0, 0, 0));
        Assert.Equal(11, Assert.Single(member.Effects.OfType<RaftEffect.RefuseRead>()).Context);
        Assert.Equal(99, member.SentOne<PeerMessage.ReadIndexDenied>().Context);
    }

    [Fact]
    public void Follower_asks_the_leader_and_uses_an_answer_once()
    {
        var member = Follower();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        Assert.Equal(11, member.SentOne<PeerMessage.RequestReadIndex>().Context);
        var reply = new PeerMessage.ReadIndexReply(Second, Me, 11, 42);
        member.Receive(reply);
        Assert.Equal(42, Assert.Single(member.Effects.OfType<RaftEffect.AnswerRead>()).Index);
        member.Receive(reply);
        Assert.Empty(member.Effects.OfType<RaftEffect.AnswerRead>());
    }

    [Fact]
    public void Answer_that_comes_after_a_change_of_leader_is_not_used()
    {
        var member = Follower();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        member.Receive(new PeerMessage.Heartbeat(Third, Me, 2, 0, 0, 0));
        Assert.Equal(ReadRefusal.LeadershipLost, Assert.Single(member.Effects.OfType<RaftEffect.RefuseRead>()).Reason);
        member.Receive(new PeerMessage.ReadIndexReply(Second, Me, 11, 42));
        Assert.Empty(member.Effects.OfType<RaftEffect.AnswerRead>());
    }

    [Fact]
    public void Read_whose_answer_is_lost_is_refused_after_an_election_timeout()
    {
        var member = Follower();
        member.Do((s, fx) => RaftCore.ReadIndex(s, 11, fx));
        member.After(990).Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        member.After(20).Do(RaftCore.ElectionTimeout);
        Assert.Equal(ReadRefusal.TimedOut, Assert.Single(member.Effects.OfType<RaftEffect.RefuseRead>()).Reason);
    }

    [Fact]
    public void Contexts_of_two_lives_do_not_meet()
    {
        var first = new CoreMember(adjust: s => s with { RandomSeed = 1 });
        var second = new CoreMember(adjust: s => s with { RandomSeed = 2 });
        Assert.NotEqual(first.State.TakeContext(), second.State.TakeContext());
    }

    private static CoreMember Follower()
    {
        var member = new CoreMember();
        return member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
    }

    private static PeerMessage.HeartbeatReply Reply(CoreMember member, MemberId from, long round) =>
        new(from, Me, member.State.Term, 0, round, 0);
}
