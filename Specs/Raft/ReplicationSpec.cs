using ActorEtcd.Log;
using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class ReplicationSpec
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;

    [Fact]
    public void Follower_acknowledges_entries_only_when_they_are_durable()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(1, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(2, 1)));
        Assert.Empty(member.Sent<PeerMessage.AppendReply>());
        Assert.Equal(2, member.Flush().SentOne<PeerMessage.AppendReply>().Index);
    }

    [Fact]
    public void Follower_answers_heartbeats_without_waiting_for_its_disk()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(1, 0, 0, 0, CoreMember.Entry(1, 1)));
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 7, 9));
        Assert.Equal(7, member.SentOne<PeerMessage.HeartbeatReply>().ReadRound);
    }

    [Fact]
    public void Follower_acknowledges_a_whole_flush_with_one_message()
    {
        var member = new CoreMember();
        for (var index = 1; index <= 5; index++)
        {
            member.Receive(CoreMember.Append(1, index - 1, index == 1 ? 0 : 1, 0, CoreMember.Entry(index, 1)));
        }

        Assert.Equal(5, member.Flush().SentOne<PeerMessage.AppendReply>().Index);
    }

    [Fact]
    public void Old_append_does_not_truncate_what_came_later()
    {
        var member = new CoreMember();
        var first = CoreMember.Append(1, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(2, 1));
        member.Receive(first);
        member.Receive(CoreMember.Append(1, 2, 1, 0, CoreMember.Entry(3, 1)));
        member.Receive(first);
        Assert.Equal(3, member.State.Log.LastIndex);
        Assert.Empty(member.Effects.OfType<RaftEffect.WriteEntries>());
    }

    [Fact]
    public void Follower_truncates_at_the_first_entry_that_differs()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(
            1, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(2, 1), CoreMember.Entry(3, 1))).Flush();
        member.Receive(CoreMember.Append(2, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(2, 2)));
        var write = Assert.Single(member.Effects.OfType<RaftEffect.WriteEntries>());
        Assert.Equal(1, write.PrevIndex);
        Assert.Equal(2, Assert.Single(write.Entries).Index);
        Assert.Equal(2, member.State.Log.LastIndex);
        Assert.Equal(1, member.State.Log.DurableIndex);
        member.Flush();
        Assert.Equal(2, member.State.Log.DurableIndex);
    }

    [Fact]
    public void Write_that_was_overtaken_by_a_truncation_makes_nothing_durable()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(1, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(2, 1)));
        var sequence = member.State.Persist.Requested;
        member.Receive(CoreMember.Append(2, 1, 1, 0, CoreMember.Entry(2, 2), CoreMember.Entry(3, 2)));
        member.Do((s, fx) => RaftCore.Persisted(s, sequence, fx));
        Assert.Equal(1, member.State.Log.DurableIndex);
    }

    [Fact]
    public void Leaders_commit_counts_only_up_to_the_last_entry_compared()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(
            1, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(2, 1), CoreMember.Entry(3, 1))).Flush();
        member.Receive(CoreMember.Append(2, 0, 0, 3, CoreMember.Entry(1, 1)));
        Assert.Equal(1, member.State.Log.CommitIndex);
        member.Receive(new PeerMessage.Heartbeat(Second, Me, 2, 3, 0, 0));
        Assert.Equal(1, member.State.Log.CommitIndex);
        member.Receive(CoreMember.Append(2, 3, 1, 3));
        Assert.Equal(3, member.State.Log.CommitIndex);
    }

    [Fact]
    public void Peer_that_contradicts_the_commit_is_ignored_not_obeyed()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(1, 0, 0, 2, CoreMember.Entry(1, 1), CoreMember.Entry(2, 1))).Flush();
        member.Receive(CoreMember.Append(5, 1, 1, 2, CoreMember.Entry(2, 5)));
        Assert.True(Assert.Single(member.Effects.OfType<RaftEffect.Ignore>()).IsFault);
        Assert.Equal(1, member.State.Log.TermAt(2));
    }

    [Fact]
    public void Refusal_hints_at_the_last_entry_that_can_agree()
    {
        var entries = Enumerable.Range(1, 9).Select(i => CoreMember.Entry(i, i <= 3 ? 1 : 4)).ToArray();
        var member = new CoreMember(recovered: new LogRecovered(4, MemberId.None, null, [.. entries], 0));
        member.Receive(CoreMember.Append(6, 8, 3, 0));
        var reply = member.SentOne<PeerMessage.AppendReply>();
        Assert.False(reply.Accepted);
        Assert.Equal((8, 3, 1), (reply.Index, reply.HintIndex, reply.HintTerm));
    }

    [Fact]
    public void Leader_skips_a_term_of_the_follower_per_probe()
    {
        var entries = Enumerable.Range(1, 9).Select(i => CoreMember.Entry(i, i <= 2 ? 1 : 3)).ToArray();
        var member = new CoreMember(recovered: new LogRecovered(3, MemberId.None, null, [.. entries], 0)).Lead();
        var probe = member.Sent<PeerMessage.AppendEntries>().First(m => m.To == Third);
        Assert.Equal(9, probe.PrevIndex);
        member.Receive(new PeerMessage.AppendReply(Third, Me, member.State.Term, Accepted: false, 9, 7, 2));
        Assert.Equal(2, member.SentOne<PeerMessage.AppendEntries>().PrevIndex);
    }

    [Fact]
    public void Leaders_own_copy_counts_only_when_durable()
    {
        var member = new CoreMember().LeadOpenly();
        member.Propose("a");
        var index = member.State.Log.LastIndex;
        Assert.NotEmpty(member.Sent<PeerMessage.AppendEntries>());
        member.Accept(Second, index);
        Assert.Equal(index - 1, member.State.Log.CommitIndex);
        member.Flush();
        Assert.Equal(index, member.State.Log.CommitIndex);
    }

    [Fact]
    public void Entry_of_the_leader_commits_before_its_own_disk_if_a_majority_has_it()
    {
        var member = new CoreMember().LeadOpenly();
        member.Propose("a");
        var index = member.State.Log.LastIndex;
        member.Accept(Second, index).Accept(Third, index);
        Assert.Equal(index, member.State.Log.CommitIndex);
    }

    [Fact]
    public void Entry_of_an_older_term_is_not_committed_by_counting()
    {
        var recovered = new LogRecovered(
            2, MemberId.None, null, [CoreMember.Entry(1, 1), CoreMember.Entry(2, 2)], 0);
        var member = new CoreMember(recovered: recovered).Lead().Flush();
        member.Accept(Second, 2);
        Assert.Equal(0, member.State.Log.CommitIndex);
        member.Accept(Second, 3);
        Assert.Equal(3, member.State.Log.CommitIndex);
    }

    [Fact]
    public void Window_bounds_what_is_in_flight_and_acknowledgements_reopen_it()
    {
        var member = new CoreMember(adjust: s => s with { InFlightAppendsMax = 3 }).LeadOpenly();
        var base0 = member.State.Log.LastIndex;
        var sent = 0;
        for (var i = 0; i < 10; i++)
        {
            sent += member.Propose("p").Sent<PeerMessage.AppendEntries>().Count(m => m.To == Second);
        }

        Assert.Equal(3, sent);
        member.Accept(Second, base0 + 3);
        Assert.Equal(7, member.Sent<PeerMessage.AppendEntries>().Where(m => m.To == Second).Sum(m => m.Entries.Length));
    }

    [Fact]
    public void Batch_of_proposals_is_one_write_and_one_message_per_follower()
    {
        var member = new CoreMember().LeadOpenly();
        member.Accept(Third, member.State.Log.LastIndex);
        member.Propose("a", "b", "c");
        Assert.Equal(3, Assert.Single(member.Effects.OfType<RaftEffect.WriteEntries>()).Entries.Length);
        Assert.Equal([3, 3], member.Sent<PeerMessage.AppendEntries>().Select(m => m.Entries.Length));
    }

    [Fact]
    public void Lost_append_is_found_out_by_the_next_heartbeats()
    {
        var member = new CoreMember().LeadOpenly();
        member.Propose("a");
        var index = member.State.Log.LastIndex;
        var reply = new PeerMessage.HeartbeatReply(Second, Me, member.State.Term, index - 1, 0, 0);
        member.After(100).Receive(reply);
        member.After(100).Receive(reply);
        Assert.Equal(index, member.SentOne<PeerMessage.AppendEntries>().PrevIndex);
        member.Receive(new PeerMessage.AppendReply(
            Second, Me, member.State.Term, Accepted: false, index, index - 1, member.State.Term));
        Assert.Equal(index, Assert.Single(member.SentOne<PeerMessage.AppendEntries>().Entries).Index);
    }

    [Fact]
    public void Follower_forwards_a_batch_and_a_duplicate_of_it_is_ignored()
    {
        var follower = new CoreMember();
        follower.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        var forward = follower.Propose("a").SentOne<PeerMessage.ForwardProposals>();
        Assert.Equal(Second, forward.To);

        var leader = new CoreMember().LeadOpenly();
        var received = forward with { From = Third, To = Me, LeaderTerm = leader.State.Term };
        var last = leader.State.Log.LastIndex;
        leader.Receive(received).Receive(received);
        Assert.Equal(last + 1, leader.State.Log.LastIndex);
    }

    [Fact]
    public void Batch_for_a_former_life_is_neither_refused_nor_appended_by_a_later_one()
    {
        var nextLife = new CoreMember(recovered: LogRecovered.Nothing with { Term = 3, Vote = Me });
        var repeated = new PeerMessage.ForwardProposals(Third, Me, LeaderTerm: 3, Origin: 9, Sequence: 1, [CoreMember.Entry(1, 1).Data]);
        nextLife.Receive(repeated);
        Assert.Empty(nextLife.Sent<PeerMessage.ForwardedProposalsRefused>());

        nextLife.LeadOpenly();
        var last = nextLife.State.Log.LastIndex;
        nextLife.Receive(repeated);
        Assert.Equal(last, nextLife.State.Log.LastIndex);
        nextLife.Receive(repeated with { LeaderTerm = nextLife.State.Term });
        Assert.Equal(last + 1, nextLife.State.Log.LastIndex);
    }

    [Fact]
    public void Batch_for_a_leader_that_is_none_any_more_is_refused_and_a_refusal_is_believed_once()
    {
        var former = new CoreMember().LeadOpenly();
        var term = former.State.Term;
        former.Receive(new PeerMessage.Heartbeat(Second, Me, term + 1, 0, 0, 0));
        former.Receive(new PeerMessage.ForwardProposals(Third, Me, term, Origin: 9, Sequence: 4, [CoreMember.Entry(1, 1).Data]));
        var refusal = former.SentOne<PeerMessage.ForwardedProposalsRefused>();
        Assert.Equal((9, 4), (refusal.Origin, refusal.Sequence));

        var follower = new CoreMember();
        follower.Receive(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        var forward = follower.Propose("a").SentOne<PeerMessage.ForwardProposals>();
        var told = new PeerMessage.ForwardedProposalsRefused(
            Second, Me, ProposalRefusal.NoLeader, forward.Origin, forward.Sequence, forward.Payloads);
        Assert.Single(follower.Receive(told).Effects.OfType<RaftEffect.RefuseProposals>());
        Assert.Empty(follower.Receive(told).Effects.OfType<RaftEffect.RefuseProposals>());
        Assert.Empty(follower.Receive(told with { Origin = 1, Sequence = 2 }).Effects.OfType<RaftEffect.RefuseProposals>());
    }

    [Fact]
    public void Proposals_without_a_leader_are_refused()
    {
        var member = new CoreMember().Propose("a", "b");
        var refused = Assert.Single(member.Effects.OfType<RaftEffect.RefuseProposals>());
        Assert.Equal((ProposalRefusal.NoLeader, 2), (refused.Reason, refused.Payloads.Length));
    }

    [Fact]
    public void Overloaded_leader_refuses()
    {
        var member = new CoreMember(adjust: s => s with { UncommittedBytesMax = 100 }).LeadOpenly();
        member.Propose(new string('x', 200));
        member.Propose("a");
        Assert.Equal(
            ProposalRefusal.Overloaded,
            Assert.Single(member.Effects.OfType<RaftEffect.RefuseProposals>()).Reason);
    }

    [Fact]
    public void Committed_entries_go_to_apply_in_bounded_batches_bounded_in_flight()
    {
        var entries = Enumerable.Range(1, 20).Select(i => CoreMember.Entry(i, 1)).ToArray();
        var recovered = new LogRecovered(1, MemberId.None, null, [.. entries], 20);
        var member = new CoreMember(
            recovered: recovered, adjust: s => s with { ApplyBatchBytesMax = 100, ApplyBytesMax = 250 });
        var batches = member.Effects.OfType<RaftEffect.Apply>().ToArray();
        Assert.Equal([3, 3, 3], batches.Select(b => b.Entries.Length));
        member.Do((s, fx) => RaftCore.Applied(s, 3, fx));
        Assert.Equal(10, Assert.Single(member.Effects.OfType<RaftEffect.Apply>()).Entries[0].Index);
    }

    [Fact]
    public void Follower_that_needs_forgotten_entries_is_sent_the_checkpoint()
    {
        var member = new CoreMember(adjust: s => s with { CatchUpEntries = 0 }).LeadOpenly();
        member.Propose("a", "b").Flush();
        member.Accept(Second, member.State.Log.LastIndex);
        member.Do((s, fx) => RaftCore.Applied(s, s.Log.CommitIndex, fx));
        var manifest = CoreMember.Manifest(member.State.Log.CommitIndex, member.State.Term);
        member.Do((s, fx) => RaftCore.CheckpointSaved(s, manifest, fx));
        Assert.Equal(manifest.Index, member.State.Log.BaseIndex);
        member.Receive(new PeerMessage.AppendReply(Third, Me, member.State.Term, Accepted: false, 0, 0, 0));
        Assert.Equal(manifest, member.SentOne<PeerMessage.InstallSnapshot>().Manifest);
        member.Receive(new PeerMessage.InstallSnapshotReply(Third, Me, member.State.Term, Installed: true, manifest.Index));
        member.Propose("c");
        Assert.Contains(member.Sent<PeerMessage.AppendEntries>(), m => m.To == Third);
    }

    [Fact]
    public void Follower_fetches_installs_and_acknowledges_a_checkpoint()
    {
        var member = new CoreMember();
        var manifest = CoreMember.Manifest(50, 2);
        var message = new PeerMessage.InstallSnapshot(Second, Me, 3, manifest);
        member.Receive(message);
        Assert.Equal(Second, Assert.Single(member.Effects.OfType<RaftEffect.FetchCheckpoint>()).Source);
        member.Receive(message);
        Assert.Empty(member.Effects.OfType<RaftEffect.FetchCheckpoint>());
        member.Do((s, fx) => RaftCore.CheckpointFetched(s, manifest, fx));
        Assert.Single(member.Effects.OfType<RaftEffect.InstallCheckpoint>());
        member.Flush();
        member.Do((s, fx) => RaftCore.CheckpointInstalled(s, 50, 2, fx));
        Assert.Equal(50, member.SentOne<PeerMessage.InstallSnapshotReply>().Index);
        Assert.Equal((50, 50, 50), (member.State.Log.BaseIndex, member.State.Log.CommitIndex, member.State.Log.AppliedIndex));
        member.Receive(CoreMember.Append(3, 50, 2, 51, CoreMember.Entry(51, 3)));
        Assert.Equal(51, member.State.Log.CommitIndex);
    }
}
