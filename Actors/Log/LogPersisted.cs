namespace ActorEtcd.Log;

/// <summary>
/// Log actor to raft: every write of the Persist messages numbered up to and including
/// <paramref name="Sequence"/> is on disk.
/// </summary>
public sealed record LogPersisted(long Sequence);
