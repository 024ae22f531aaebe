namespace ActorEtcd.Raft;

public sealed record LeadershipTransferred(MemberId Leader);
