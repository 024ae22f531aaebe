using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>Proposals: appended by the leader, forwarded by a follower, refused by everybody else.</summary>
internal static class Proposing
{
    public static void Propose(
        RaftState s, ImmutableArray<ReadOnlyMemory<byte>> payloads, List<RaftEffect> fx)
    {
        if (s.Leading is not null)
        {
            var refusal = RefusalOf(s);
            if (refusal is null)
            {
                Append(s, s.Leading, EntryKind.Command, payloads, fx);
            }
            else
            {
                fx.Add(new RaftEffect.RefuseProposals(payloads, refusal.Value));
            }
        }
        else if (s.Leader.IsNone)
        {
            fx.Add(new RaftEffect.RefuseProposals(payloads, ProposalRefusal.NoLeader));
        }
        else
        {
            s.ForwardSequence++;
            fx.Add(new RaftEffect.Send(new PeerMessage.ForwardProposals(
                s.Id, s.Leader, s.Incarnation, s.ForwardSequence, payloads)));
        }
    }

    /// <summary>
    /// Proposals of a follower's clients. They are never forwarded further: two members with old news of each
    /// other's leadership would send them back and forth.
    /// </summary>
    public static void OnForwarded(RaftState s, PeerMessage.ForwardProposals m, List<RaftEffect> fx)
    {
        if (s.ForwardedFrom.TryGetValue(m.From, out var last)
            && last.Origin == m.Origin && last.Sequence >= m.Sequence)
        {
            fx.Add(new RaftEffect.Ignore(m, $"batch {m.Sequence} is not newer than {last.Sequence}"));
            return;
        }

        s.ForwardedFrom[m.From] = (m.Origin, m.Sequence);
        var refusal = s.Leading is null ? ProposalRefusal.NoLeader : RefusalOf(s);
        if (refusal is null)
        {
            Append(s, s.Leading!, EntryKind.Command, m.Payloads, fx);
        }
        else
        {
            fx.Add(new RaftEffect.Send(
                new PeerMessage.ForwardedProposalsRefused(s.Id, m.From, refusal.Value, m.Payloads)));
        }
    }

    public static void ProposeConfigurationChange(
        RaftState s, ReadOnlyMemory<byte> change, List<RaftEffect> fx)
    {
        var refusal = s.Leading is null ? ProposalRefusal.NoLeader : RefusalOf(s);
        if (refusal is null && s.Leading!.PendingConfigurationIndex > s.Log.AppliedIndex)
        {
            refusal = ProposalRefusal.ConfigurationChangePending;
        }

        if (refusal is not null)
        {
            fx.Add(new RaftEffect.RefuseProposals([change], refusal.Value));
            return;
        }

        Append(s, s.Leading!, EntryKind.ConfigurationChange, [change], fx);
        s.Leading!.PendingConfigurationIndex = s.Log.LastIndex;
    }

    /// <summary>The entry that opens a leader's term: committing it commits everything before it.</summary>
    public static void AppendNoOp(RaftState s, Leadership leading, List<RaftEffect> fx) =>
        Append(s, leading, EntryKind.NoOp, [ReadOnlyMemory<byte>.Empty], fx);

    private static ProposalRefusal? RefusalOf(RaftState s)
    {
        if (s.Transfer is not null)
        {
            return ProposalRefusal.LeadershipTransfer;
        }

        var isOverloaded = s.Log.UncommittedBytes > s.Settings.UncommittedBytesMax
            || s.Log.CommitIndex - s.Log.AppliedIndex > s.Settings.UnappliedEntriesMax;
        return isOverloaded ? ProposalRefusal.Overloaded : null;
    }

    /// <summary>The write to this disk and the sends to the others begin together; the write is not awaited.</summary>
    private static void Append(
        RaftState s,
        Leadership leading,
        EntryKind kind,
        ImmutableArray<ReadOnlyMemory<byte>> payloads,
        List<RaftEffect> fx)
    {
        var entries = new LogEntry[payloads.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new LogEntry(s.Log.LastIndex + 1 + i, s.Term, kind, payloads[i]);
        }

        Committing.AppendAndWrite(s, ImmutableCollectionsMarshal.AsImmutableArray(entries), fx);
        Replication.SendToAll(s, leading, fx);
    }
}
