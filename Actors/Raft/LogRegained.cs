namespace ActorEtcd.Raft;

/// <summary>Raft to root: this member had lost its log, has all of it again up to the index, and votes again.</summary>
public sealed record LogRegained(long Index);
