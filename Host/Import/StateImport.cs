using ActorEtcd.Apply;
using ActorEtcd.Log;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Store;

namespace ActorEtcd.Host.Import;

/// <summary>Builds the state of a seed: segments on the disk, and the checkpoint that names them.</summary>
internal static class StateImport
{
    /// <summary>Entries that are applied before they are published, which bounds the memory that they take.</summary>
    private const int BatchEntries = 1000;

    /// <returns>The checkpoint, and the store behind it.</returns>
    public static (CheckpointManifest Manifest, StoreView View) Run(MemberSeed seed, FileSegmentStorage storage)
    {
        var settings = new StoreSettings();
        var imported = ImportRecords(seed, storage, settings);
        var state = new ReplicatedState(seed.Members, seed.Leases, seed.Alarms) { Auth = seed.Auth, V2 = seed.V2 };
        var applier = new Applier(
            leases => MvccStore.Recover(storage, leases, settings, imported, seed.Index, seed.Term),
            state,
            seed.Configuration,
            isOwnRequest: static _ => false);
        var (index, term) = ApplyAll(applier, seed);
        var manifest = new CheckpointManifest(
            index,
            term,
            seed.Configuration,
            storage.Flush(applier.Store.Capture()),
            Bytes.Empty);
        manifest = StateSegments.Write(manifest, applier.CaptureState(), storage, new ApplySettings(SnapshotCount: 1));
        return (manifest, applier.Store.View);
    }

    private static StoreManifest ImportRecords(MemberSeed seed, FileSegmentStorage storage, StoreSettings settings)
    {
        var import = new StoreImport(storage, settings);
        foreach (var record in seed.Database.Records())
        {
            import.Add(record);
        }

        var revision = seed.Database.Revision;
        return seed.RevisionBump > 0
            ? import.Complete(revision + seed.RevisionBump, revision + seed.RevisionBump)
            : import.Complete(revision, seed.Database.CompactRevision);
    }

    private static (long Index, long Term) ApplyAll(Applier applier, MemberSeed seed)
    {
        var (index, term) = (seed.Index, seed.Term);
        foreach (var entry in seed.Committed)
        {
            Invariant.Check(entry.Index == index + 1, $"entry {entry.Index} after {index}");
            if (applier.Apply(entry) is { } reason)
            {
                throw new EtcdDataException($"entry {entry.Index} of the write-ahead log cannot be applied: {reason}");
            }

            (index, term) = (entry.Index, entry.Term);
            if (index % BatchEntries == 0)
            {
                applier.Publish(index, term);
            }
        }

        applier.Publish(index, term);
        return (index, term);
    }
}
