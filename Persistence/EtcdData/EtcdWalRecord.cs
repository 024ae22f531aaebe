namespace ActorEtcd.Persistence.EtcdData;

/// <summary>One record of etcd's write-ahead log and where it begins.</summary>
public readonly record struct EtcdWalRecord(long Type, uint Crc, ReadOnlyMemory<byte> Data, string File, long Offset);
