namespace ActorEtcd.Raft;

/// <summary>
/// What a follower does with a message of its own term:
/// <code>
/// AppendEntries, Heartbeat, CommitNotice, InstallSnapshot -> follow the sender
/// TimeoutNow                                              -> campaign at once
/// AppendReply, HeartbeatReply, InstallSnapshotReply       -> ignored: not the leader any more
/// VoteReply, PreVoteReply                                 -> ignored: the election is over
/// </code>
/// </summary>
internal static class FollowerTable
{
    public static void Receive(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        switch (message)
        {
            case PeerMessage.AppendEntries m:
                Following.OnAppendEntries(s, m, fx);
                break;
            case PeerMessage.Heartbeat m:
                Following.OnHeartbeat(s, m, fx);
                break;
            case PeerMessage.CommitNotice m:
                Following.OnCommitNotice(s, m, fx);
                break;
            case PeerMessage.InstallSnapshot m:
                Snapshots.OnInstall(s, m, fx);
                break;
            case PeerMessage.TimeoutNow m:
                Elections.OnTimeoutNow(s, m, fx);
                break;
            default:
                fx.Add(new RaftEffect.Ignore(message, "a follower expects no such reply"));
                break;
        }
    }
}
