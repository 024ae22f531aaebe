namespace ActorEtcd.Log;

/// <summary>Raft to log: remember the commit index; nobody waits for it.</summary>
public sealed record PersistCommit(long Index);
