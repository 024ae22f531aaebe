namespace ActorEtcd.Raft;

/// <summary>The leadership was not handed over; proposals are accepted again.</summary>
public sealed record LeadershipTransferFailed(string Reason);
