namespace ActorEtcd.Raft;

/// <summary>What is released by the log's word that writes are on disk.</summary>
internal static class Durability
{
    /// <summary>Sends now if nothing is being written, else when everything asked for so far is on disk.</summary>
    public static void SendWhenDurable(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        if (s.Persist.IsIdle)
        {
            fx.Add(new RaftEffect.Send(message));
        }
        else
        {
            s.Persist.Defer(message);
        }
    }

    public static void Persisted(RaftState s, long sequence, List<RaftEffect> fx)
    {
        var lastIndex = s.Persist.Acknowledge(sequence, s.Now);
        if (lastIndex > s.Log.DurableIndex)
        {
            s.Log.DurableTo(lastIndex);
        }

        Release(s, fx);
        if (s.Role == RaftRole.Candidate && s.OwnVoteSequence > 0 && s.OwnVoteSequence <= s.Persist.Acknowledged)
        {
            Elections.OwnVoteDurable(s, fx);
        }

        if (s.Leading is not null && s.Leading.Find(s.Id)!.Accepted(s.Log.DurableIndex))
        {
            Committing.Count(s, s.Leading, fx);
        }
    }

    /// <summary>One acknowledgement of a leader's appends covers those before it, so only the last is sent.</summary>
    private static void Release(RaftState s, List<RaftEffect> fx)
    {
        while (s.Persist.TryRelease(out var message))
        {
            var isCovered = message is PeerMessage.AppendReply { Accepted: true } reply
                && s.Persist.NextReleasable is PeerMessage.AppendReply { Accepted: true } next
                && next.To == reply.To && next.Term == reply.Term && next.Index >= reply.Index;
            if (!isCovered)
            {
                fx.Add(new RaftEffect.Send(message));
            }
        }
    }
}
