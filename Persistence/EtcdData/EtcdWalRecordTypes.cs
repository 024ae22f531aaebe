namespace ActorEtcd.Persistence.EtcdData;

/// <summary>What a record of etcd's write-ahead log holds (etcd: <c>server/storage/wal</c>).</summary>
internal static class EtcdWalRecordTypes
{
    /// <summary>Whose log it is; the first record of every file after the checksum.</summary>
    public const long Metadata = 1;

    /// <summary>An entry of the Raft log; it replaces all entries from its index on.</summary>
    public const long Entry = 2;

    /// <summary>Term, vote and commit index.</summary>
    public const long State = 3;

    /// <summary>The checksum with which the chain goes on in a new file.</summary>
    public const long Crc = 4;

    /// <summary>Index and term of a snapshot that was saved.</summary>
    public const long Snapshot = 5;
}
