namespace ActorEtcd.Raft;

/// <summary>What remains of a message from a member of another cluster: who it says it is, and of which cluster.</summary>
public sealed record ForeignPeerMessage(MemberId From, ulong ClusterId);
