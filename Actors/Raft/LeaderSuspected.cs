namespace ActorEtcd.Raft;

/// <summary>
/// Peers actor to Raft: the nodes of the cluster do not reach this leader any more. A hint: it may bring forward the
/// question whether a campaign could succeed, which the others still answer by what they themselves hear.
/// </summary>
public sealed record LeaderSuspected(MemberId Leader);
