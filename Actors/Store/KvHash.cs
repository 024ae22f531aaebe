namespace ActorEtcd.Store;

/// <summary>etcd's HashKV: equal on all members at equal revisions. Compact revision -1: never compacted.</summary>
public readonly record struct KvHash(uint Hash, long CompactRevision, long HashRevision);
