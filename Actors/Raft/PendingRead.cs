namespace ActorEtcd.Raft;

/// <summary>
/// A read that waits for the leader to prove that it still leads. <paramref name="Origin"/> is the follower
/// that asked, or none for this member's own gateway; <paramref name="Context"/> is unique at its origin.
/// </summary>
public readonly record struct PendingRead(MemberId Origin, long Context);
