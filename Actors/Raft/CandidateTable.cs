namespace ActorEtcd.Raft;

/// <summary>
/// What a candidate, or one who only asks around, does with a message of its own term:
/// <code>
/// AppendEntries, Heartbeat, CommitNotice, InstallSnapshot -> somebody won: follow the sender
/// VoteReply                                               -> counted while candidate
/// PreVoteReply                                            -> counted while pre-candidate
/// TimeoutNow                                              -> ignored: campaigning already
/// AppendReply, HeartbeatReply, InstallSnapshotReply       -> ignored: not the leader
/// </code>
/// </summary>
internal static class CandidateTable
{
    public static void Receive(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        switch (message)
        {
            case PeerMessage.AppendEntries or PeerMessage.Heartbeat
                or PeerMessage.CommitNotice or PeerMessage.InstallSnapshot:
                Elections.BecomeFollower(s, message.From, fx);
                FollowerTable.Receive(s, message, fx);
                break;
            case PeerMessage.VoteReply m when s.Role == RaftRole.Candidate:
                Elections.OnVote(s, m.From, m.Granted, fx);
                break;
            case PeerMessage.PreVoteReply m when s.Role == RaftRole.PreCandidate:
                Elections.OnVote(s, m.From, m.Granted, fx);
                break;
            default:
                fx.Add(new RaftEffect.Ignore(message, "a candidate does not use it"));
                break;
        }
    }
}
