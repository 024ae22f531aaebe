using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>What a follower does with its leader's entries.</summary>
internal static class Following
{
    public static void OnHeartbeat(RaftState s, PeerMessage.Heartbeat m, List<RaftEffect> fx)
    {
        Heard(s, m.From, fx);
        CommitVerified(s, m.CommitIndex, fx);
        Committing.WriteCommitWhenIdle(s, fx);
        fx.Add(new RaftEffect.Send(new PeerMessage.HeartbeatReply(
            s.Id, m.From, s.Term, s.Log.CommitIndex, m.ReadRound, m.SentAtTicks)));
    }

    public static void OnCommitNotice(RaftState s, PeerMessage.CommitNotice m, List<RaftEffect> fx)
    {
        Heard(s, m.From, fx);
        CommitVerified(s, m.CommitIndex, fx);
    }

    /// <summary>
    /// Logs that agree on an entry agree on everything before it, so it is committed here too. A leader counts for itself.
    /// </summary>
    public static void OnEntryCommitted(RaftState s, PeerMessage.EntryCommitted m, List<RaftEffect> fx)
    {
        if (s.Role != RaftRole.Leader && m.Index > s.Log.CommitIndex && s.Log.Matches(m.Index, m.EntryTerm))
        {
            Committing.CommitTo(s, m.Index, fx);
        }
        else
        {
            fx.Add(new RaftEffect.Ignore(m, "it is no news, or not in this log"));
        }
    }

    public static void OnAppendEntries(RaftState s, PeerMessage.AppendEntries m, List<RaftEffect> fx)
    {
        Heard(s, m.From, fx);
        if (m.PrevIndex < s.Log.BaseIndex)
        {
            // Everything up to the commit index equals the log of every later leader.
            Accept(s, m.From, s.Log.CommitIndex, fx);
            return;
        }

        if (!s.Log.Matches(m.PrevIndex, m.PrevTerm))
        {
            Refuse(s, m, fx);
            return;
        }

        var known = 0;
        while (known < m.Entries.Length && s.Log.Matches(m.Entries[known].Index, m.Entries[known].Term))
        {
            known++;
        }

        if (known < m.Entries.Length && m.Entries[known].Index <= s.Log.CommitIndex)
        {
            fx.Add(new RaftEffect.Ignore(
                m,
                $"entry {m.Entries[known].Index} contradicts commit {s.Log.CommitIndex}: the sender lost its log",
                IsFault: true));
            return;
        }

        var verified = m.PrevIndex + m.Entries.Length;
        if (known < m.Entries.Length)
        {
            var commit = Math.Max(s.Log.CommitIndex, Math.Min(m.CommitIndex, verified));
            AppendSuffix(s, known == 0 ? m.Entries : m.Entries[known..], commit, fx);
        }

        s.VerifiedIndex = Math.Max(s.VerifiedIndex, verified);
        CommitVerified(s, m.CommitIndex, fx);
        Accept(s, m.From, verified, fx);
    }

    public static void Heard(RaftState s, MemberId leader, List<RaftEffect> fx)
    {
        s.Leader = leader;
        s.LeaderHeardAt = s.Now;
        Elections.ResetDeadline(s, fx);
    }

    /// <summary>Tells the leader how far the logs agree, once all of that is on this disk.</summary>
    public static void Accept(RaftState s, MemberId leader, long index, List<RaftEffect> fx) =>
        Durability.SendWhenDurable(
            s, new PeerMessage.AppendReply(s.Id, leader, s.Term, Accepted: true, index, 0, 0), fx);

    /// <summary>A leader's word commits only what has been compared with its log in this term.</summary>
    private static void CommitVerified(RaftState s, long leaderCommit, List<RaftEffect> fx)
    {
        var index = Math.Min(leaderCommit, s.VerifiedIndex);
        if (index > s.Log.CommitIndex)
        {
            Committing.CommitTo(s, index, fx);
        }
    }

    /// <summary>
    /// Truncation happens here alone: at the first entry that differs, never because a message is short or
    /// old, and never below the commit index.
    /// </summary>
    private static void AppendSuffix(
        RaftState s, ImmutableArray<LogEntry> entries, long commitIndex, List<RaftEffect> fx)
    {
        var first = entries[0].Index;
        if (first <= s.Log.LastIndex)
        {
            Invariant.Check(first > s.VerifiedIndex, $"entry {first} differs but {s.VerifiedIndex} was verified");
            s.Log.TruncateFrom(first);
            s.Persist.Truncated(first);
        }

        Committing.AppendAndWrite(s, entries, commitIndex, fx);
    }

    private static void Refuse(RaftState s, PeerMessage.AppendEntries m, List<RaftEffect> fx)
    {
        if (m.PrevIndex <= s.Log.CommitIndex)
        {
            fx.Add(new RaftEffect.Ignore(
                m,
                $"entry {m.PrevIndex} contradicts commit {s.Log.CommitIndex}: the sender lost its log",
                IsFault: true));
            return;
        }

        var hint = s.Log.LastIndexOfTermAtMost(m.PrevIndex, m.PrevTerm);
        fx.Add(new RaftEffect.Send(new PeerMessage.AppendReply(
            s.Id, m.From, s.Term, Accepted: false, m.PrevIndex, hint, Math.Max(s.Log.TermAt(hint), 0))));
    }
}
