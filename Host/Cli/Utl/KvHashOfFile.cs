using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Store;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>HashKV of a database file, computed over the same store that a server would serve it from.</summary>
internal static class KvHashOfFile
{
    /// <exception cref="EtcdException">The revision is compacted or in the future.</exception>
    public static KvHash Of(EtcdDatabase database, long revision)
    {
        var storage = new MemorySegmentStorage();
        var settings = new StoreSettings();
        var import = new StoreImport(storage, settings);
        foreach (var record in database.Records())
        {
            import.Add(record);
        }

        var manifest = import.Complete(database.Revision, database.CompactRevision);
        return MvccStore.Recover(storage, NoLeases.Instance, settings, manifest, appliedIndex: 0, appliedTerm: 0).View.HashKv(revision);
    }

    public static IReadOnlyList<UtlField> Fields(KvHash hash) =>
    [
        new("hash", "Hash", "hash", hash.Hash),
        new("hash revision", "Hash revision", "hashRevision", hash.HashRevision),
        new("compact revision", "Compact revision", "compactRevision", hash.CompactRevision),
    ];

    /// <summary>Nothing is written, so nobody asks.</summary>
    private sealed class NoLeases : ILeaseSet
    {
        public static readonly NoLeases Instance = new();

        public bool Exists(LeaseId lease) => false;
    }
}
