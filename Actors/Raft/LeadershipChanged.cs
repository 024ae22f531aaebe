namespace ActorEtcd.Raft;

/// <summary>Raft to its parent: leader (none while unknown), term or this member's role is another now.</summary>
public sealed record LeadershipChanged(MemberId Leader, long Term, RaftRole Role);
