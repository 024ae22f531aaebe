namespace ActorEtcd.Raft;

/// <summary>
/// Hand leadership to a voter; to the one that lags least when the target is none. Answered with
/// <see cref="LeadershipTransferred"/> or <see cref="LeadershipTransferFailed"/> within about an election timeout.
/// </summary>
public sealed record TransferLeadership(MemberId Target);
