using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// The only place that doubts a peer's message as such. What passes is well formed; whether it fits this
/// member's log is for the handlers, which answer or ignore and never throw on it.
/// </summary>
public static class PeerMessageCheck
{
    private const long NumberMax = long.MaxValue / 2;

    /// <summary>Why the message is unusable, or null.</summary>
    public static string? FaultOf(MemberId self, PeerMessage message)
    {
        if (message.To != self)
        {
            return $"it is for member {message.To}";
        }

        if (message.From.IsNone || message.From == self)
        {
            return $"its sender is {message.From}";
        }

        return message switch
        {
            PeerMessage.ForwardProposals m => m.Payloads.IsDefaultOrEmpty ? "no proposals" : null,
            PeerMessage.ForwardConfigurationChange m => m.Change.IsEmpty ? "no change" : null,
            PeerMessage.ForwardedProposalsRefused m => m.Payloads.IsDefaultOrEmpty ? "no proposals" : null,
            PeerMessage.EntryCommitted m => FaultOf(m.Index, "index") ?? FaultOf(m.EntryTerm, "term"),
            PeerMessage.RequestReadIndex => null,
            PeerMessage.RequestStanding => null,
            PeerMessage.StandingReply m => FaultOf(m.MemberTerm, "term") ?? FaultOf(m.LastIndex, "index"),
            PeerMessage.ReadIndexReply m => FaultOf(m.Index, "index"),
            PeerMessage.ReadIndexDenied => null,
            _ when message.Term is <= 0 or > NumberMax => $"term {message.Term}",
            PeerMessage.RequestPreVote m => FaultOf(m.LastIndex, "index") ?? FaultOf(m.LastTerm, "term"),
            PeerMessage.RequestVote m => FaultOf(m.LastIndex, "index") ?? FaultOf(m.LastTerm, "term"),
            PeerMessage.AppendEntries m => FaultOf(m),
            PeerMessage.AppendReply m =>
                FaultOf(m.Index, "index") ?? FaultOf(m.HintIndex, "hint index") ?? FaultOf(m.HintTerm, "hint term"),
            PeerMessage.Heartbeat m => FaultOf(m.CommitIndex, "commit index") ?? FaultOf(m.ReadRound, "read round"),
            PeerMessage.HeartbeatReply m =>
                FaultOf(m.CommitIndex, "commit index") ?? FaultOf(m.ReadRound, "read round"),
            PeerMessage.CommitNotice m => FaultOf(m.CommitIndex, "commit index"),
            PeerMessage.InstallSnapshot m => FaultOf(m),
            PeerMessage.InstallSnapshotReply m => FaultOf(m.Index, "index"),
            _ => null,
        };
    }

    private static string? FaultOf(long number, string name) =>
        number is < 0 or > NumberMax ? $"{name} {number}" : null;

    private static string? FaultOf(PeerMessage.AppendEntries m) =>
        FaultOf(m.PrevIndex, "previous index")
        ?? FaultOf(m.PrevTerm, "previous term")
        ?? FaultOf(m.CommitIndex, "commit index")
        ?? FaultOf(m.Entries, m.PrevIndex, m.PrevTerm, m.Term);

    private static string? FaultOf(ImmutableArray<LogEntry> entries, long prevIndex, long prevTerm, long term)
    {
        if (entries.IsDefault || prevTerm > term)
        {
            return $"previous term {prevTerm} in term {term}";
        }

        foreach (var entry in entries)
        {
            if (entry.Index != prevIndex + 1)
            {
                return $"entry {entry.Index} follows {prevIndex}";
            }

            if (entry.Term < prevTerm || entry.Term > term || entry.Term == 0)
            {
                return $"entry {entry.Index} of term {entry.Term} follows term {prevTerm} in term {term}";
            }

            prevIndex = entry.Index;
            prevTerm = entry.Term;
        }

        return null;
    }

    private static string? FaultOf(PeerMessage.InstallSnapshot m)
    {
        var manifest = m.Manifest;
        if (manifest.Index is <= 0 or > NumberMax || manifest.Term <= 0 || manifest.Term > m.Term)
        {
            return $"checkpoint {manifest.Index} of term {manifest.Term} in term {m.Term}";
        }

        return manifest.Configuration.Voters.IsEmpty ? "checkpoint without voters" : null;
    }
}
