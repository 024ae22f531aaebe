namespace ActorEtcd.Raft;

/// <summary>
/// What the leader does with a message of its own term:
/// <code>
/// AppendReply, HeartbeatReply, InstallSnapshotReply       -> progress of the sender
/// VoteReply, PreVoteReply                                 -> ignored: the election is won
/// TimeoutNow                                              -> ignored: leading already
/// AppendEntries, Heartbeat, CommitNotice, InstallSnapshot -> ignored: nobody else leads this term
/// </code>
/// </summary>
internal static class LeaderTable
{
    public static void Receive(RaftState s, Leadership leading, PeerMessage message, List<RaftEffect> fx)
    {
        var progress = leading.Find(message.From);
        if (progress is null)
        {
            fx.Add(new RaftEffect.Ignore(message, "the sender is not a member"));
            return;
        }

        switch (message)
        {
            case PeerMessage.AppendReply m:
                progress.HeardAt = s.Now;
                Replication.OnReply(s, leading, progress, m, fx);
                break;
            case PeerMessage.HeartbeatReply m:
                progress.HeardAt = s.Now;
                Heartbeats.OnReply(s, leading, progress, m, fx);
                break;
            case PeerMessage.InstallSnapshotReply m:
                progress.HeardAt = s.Now;
                Snapshots.OnReply(s, leading, progress, m, fx);
                break;
            default:
                fx.Add(new RaftEffect.Ignore(message, "the leader of the term does not use it"));
                break;
        }
    }
}
