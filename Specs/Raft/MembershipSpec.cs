using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

/// <summary>Changes of the group on the pure core.</summary>
public sealed class MembershipSpec
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;
    private static readonly MemberId Fourth = new(4);

    [Fact]
    public void Second_change_is_refused_until_the_first_is_applied()
    {
        var member = new CoreMember().LeadOpenly();
        Applied(member);
        Change(member, ConfigurationChangeKind.AddVoter, Fourth);
        Assert.Equal(EntryKind.ConfigurationChange, member.State.Log[member.State.Log.LastIndex].Kind);
        Change(member, ConfigurationChangeKind.RemoveMember, Third);
        Assert.Equal(ProposalRefusal.ConfigurationChangePending, Refusal(member));

        Commit(member);
        Change(member, ConfigurationChangeKind.RemoveMember, Third);
        Assert.Equal(ProposalRefusal.ConfigurationChangePending, Refusal(member));

        InForce(member, RaftConfiguration.OfVoters(Me, Second, Third, Fourth));
        Change(member, ConfigurationChangeKind.RemoveMember, Third);
        Assert.Empty(member.Effects.OfType<RaftEffect.RefuseProposals>());
    }

    [Fact]
    public void Follower_passes_a_change_to_its_leader_and_the_refusal_to_its_gateway()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 5, 0, 0, 0));
        Change(member, ConfigurationChangeKind.AddVoter, Fourth);
        var forwarded = member.SentOne<PeerMessage.ForwardConfigurationChange>();
        Assert.Equal(Second, forwarded.To);
        member.Receive(new PeerMessage.ForwardedProposalsRefused(
            Second, Me, ProposalRefusal.ConfigurationChangePending, forwarded.Origin, forwarded.Sequence, [forwarded.Change]));
        Assert.Equal(ProposalRefusal.ConfigurationChangePending, Refusal(member));
    }

    [Fact]
    public void Forwarded_change_that_comes_twice_is_appended_once()
    {
        var member = new CoreMember().LeadOpenly();
        Applied(member);
        var change = new PeerMessage.ForwardConfigurationChange(
            Second, Me, member.State.Term, Origin: 7, Sequence: 1, Encode(ConfigurationChangeKind.AddVoter, Fourth));
        var last = member.State.Log.LastIndex;
        member.Receive(change).Receive(change);
        Assert.Equal(last + 1, member.State.Log.LastIndex);
    }

    [Fact]
    public void Learner_is_promoted_only_when_it_holds_nine_tenths_of_the_log()
    {
        var member = new CoreMember().LeadOpenly();
        InForce(member, RaftConfiguration.OfVoters(Me, Second, Third) with { Learners = [Fourth] });
        member.Propose([.. Enumerable.Range(0, 19).Select(i => $"{i}")]);
        Commit(member);
        Applied(member);
        var last = member.State.Log.LastIndex;
        member.Accept(Fourth, last * 8 / 10);
        Change(member, ConfigurationChangeKind.AddVoter, Fourth);
        Assert.Equal(ProposalRefusal.LearnerNotReady, Refusal(member));
        member.Accept(Fourth, (last * 9 / 10) + 1);
        Change(member, ConfigurationChangeKind.AddVoter, Fourth);
        Assert.Empty(member.Effects.OfType<RaftEffect.RefuseProposals>());
    }

    [Fact]
    public void Joint_configuration_is_ended_by_the_leader_as_soon_as_it_is_applied()
    {
        var member = new CoreMember().LeadOpenly();
        Applied(member);
        var steps = ImmutableArray.Create(
            new ConfigurationChangeStep(ConfigurationChangeKind.AddVoter, Fourth),
            new ConfigurationChangeStep(ConfigurationChangeKind.RemoveMember, Third));
        var change = new ConfigurationChange(ConfigurationChangeMode.Automatic, steps, Bytes.Empty);
        member.Do((s, fx) => RaftCore.ProposeConfigurationChange(s, ConfigurationChangeCodec.Encode(change), fx));
        Commit(member);
        var joint = ConfigurationTransition.Apply(member.State.Configuration, change);
        Assert.True(joint.IsJoint);
        InForce(member, joint);
        var leave = member.State.Log[member.State.Log.LastIndex];
        Assert.Equal(EntryKind.ConfigurationChange, leave.Kind);
        Assert.Equal(RaftConfiguration.OfVoters(Me, Second, Fourth), ConfigurationTransition.Apply(joint, leave));
    }

    [Fact]
    public void Leader_that_is_removed_tells_the_commit_hands_over_and_steps_down()
    {
        var member = new CoreMember().LeadOpenly();
        Applied(member);
        member.Accept(Third, member.State.Log.LastIndex);
        Change(member, ConfigurationChangeKind.RemoveMember, Me);
        Commit(member);
        var committed = member.State.Log.CommitIndex;
        member.Do((s, fx) => RaftCore.ConfigurationApplied(s, RaftConfiguration.OfVoters(Second, Third), fx));
        Assert.All(member.Sent<PeerMessage.CommitNotice>(), notice => Assert.Equal(committed, notice.CommitIndex));
        Assert.Equal(Second, member.SentOne<PeerMessage.TimeoutNow>().To);
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.True(member.State.Leader.IsNone);
    }

    [Fact]
    public void Nobody_campaigns_while_a_committed_change_waits_to_be_applied()
    {
        var member = WithCommittedChange();
        member.TimeOut();
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Assert.Empty(member.Sent<PeerMessage.RequestPreVote>());

        Applied(member);
        member.TimeOut();
        Assert.Equal(RaftRole.PreCandidate, member.State.Role);
    }

    [Fact]
    public void Campaign_that_the_leader_asks_for_waits_until_the_change_is_in_force()
    {
        var member = WithCommittedChange();
        member.Receive(new PeerMessage.TimeoutNow(Second, Me, member.State.Term));
        Assert.Equal(RaftRole.Follower, member.State.Role);
        Applied(member);
        Assert.Equal(RaftRole.Candidate, member.State.Role);
        member.Flush();
        Assert.All(member.Sent<PeerMessage.RequestVote>(), vote => Assert.True(vote.Transfer));
    }

    [Fact]
    public void Entries_are_written_with_the_commit_index_that_came_with_them()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(5, 0, 0, 0, CoreMember.Entry(1, 5), CoreMember.Entry(2, 5)));
        member.Receive(CoreMember.Append(5, 2, 5, commit: 2, CoreMember.Entry(3, 5)));
        Assert.Equal(2, Assert.Single(member.Effects.OfType<RaftEffect.WriteEntries>()).CommitIndex);
    }

    [Fact]
    public void Candidate_that_is_refused_is_told_what_is_committed_and_takes_it()
    {
        var refusing = new CoreMember(recovered: new LogRecovered(
            5, MemberId.None, null, [CoreMember.Entry(1, 5), CoreMember.Entry(2, 5), CoreMember.Entry(3, 5)], CommitIndex: 2));
        refusing.After(2500).Receive(new PeerMessage.RequestPreVote(Second, Me, 6, LastIndex: 2, LastTerm: 5));
        var told = refusing.SentOne<PeerMessage.EntryCommitted>();
        Assert.Equal((Second, 2L, 5L), (told.To, told.Index, told.EntryTerm));

        var candidate = new CoreMember(recovered: new LogRecovered(
            5, MemberId.None, null, [CoreMember.Entry(1, 5), CoreMember.Entry(2, 5)], CommitIndex: 1));
        candidate.TimeOut().Receive(new PeerMessage.EntryCommitted(Second, Me, 2, 5));
        Assert.Equal(2, candidate.State.Log.CommitIndex);
        candidate.Receive(new PeerMessage.EntryCommitted(Second, Me, 2, 4));
        Assert.Equal(2, candidate.State.Log.CommitIndex);
    }

    [Fact]
    public void Sole_member_leads_as_soon_as_the_entries_of_its_bootstrap_are_applied()
    {
        var entries = InitialLog.EntriesOf([new Member(Me, string.Empty, ["http://127.0.0.1:1"], [])]);
        var member = new CoreMember(
            recovered: new LogRecovered(InitialLog.Term, MemberId.None, null, entries, entries.Length),
            adjust: static settings => settings with { InitialConfiguration = RaftConfiguration.Empty });
        Assert.Equal(RaftRole.Follower, member.State.Role);
        InForce(member, ConfigurationTransition.Apply(RaftConfiguration.Empty, entries[0]));
        member.Flush();
        Assert.Equal(RaftRole.Leader, member.State.Role);
        Assert.Equal(2, member.State.Term);
    }

    /// <summary>A follower of member 2 that knows a change to be committed and has not applied it.</summary>
    private static CoreMember WithCommittedChange()
    {
        var member = new CoreMember();
        var change = new LogEntry(
            1, 5, EntryKind.ConfigurationChange, Encode(ConfigurationChangeKind.AddVoter, Fourth));
        member.Receive(CoreMember.Append(5, 0, 0, commit: 1, change));
        member.Flush();
        Assert.Equal(1, member.State.Log.CommitIndex);
        return member;
    }

    private static byte[] Encode(ConfigurationChangeKind kind, MemberId id) => ConfigurationChangeCodec.Encode(
        new ConfigurationChange(ConfigurationChangeMode.Automatic, [new ConfigurationChangeStep(kind, id)], Bytes.Empty));

    private static void Change(CoreMember member, ConfigurationChangeKind kind, MemberId id) =>
        member.Do((s, fx) => RaftCore.ProposeConfigurationChange(s, Encode(kind, id), fx));

    private static ProposalRefusal Refusal(CoreMember member) =>
        Assert.Single(member.Effects.OfType<RaftEffect.RefuseProposals>()).Reason;

    private static void Commit(CoreMember member)
    {
        member.Flush();
        member.Accept(Second, member.State.Log.LastIndex);
        Assert.Equal(member.State.Log.LastIndex, member.State.Log.CommitIndex);
    }

    private static void Applied(CoreMember member) =>
        member.Do((s, fx) => RaftCore.Applied(s, s.Log.CommitIndex, fx));

    private static void InForce(CoreMember member, RaftConfiguration configuration)
    {
        member.Do((s, fx) => RaftCore.ConfigurationApplied(s, configuration, fx));
        Applied(member);
    }
}
