using System.Globalization;
using ActorEtcd.Persistence;
using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>
/// What etcd's tools tell about a snapshot file. Up to 3.5 the items of all buckets count as keys; since 3.6 the keys
/// that exist do, and the version of the database is told.
/// </summary>
internal sealed record SnapshotStatus(uint Hash, long Revision, long TotalKeys, long TotalSize, string Version, bool IsVersioned)
{
    private static readonly Version VersionedSince = new(3, 6);

    /// <param name="asVersion">The version of etcd that is imitated; null for that which the file is of.</param>
    public static SnapshotStatus Of(EtcdDatabase database, Version? asVersion)
    {
        var buckets = database.Buckets;
        var hash = 0u;
        var items = 0L;
        foreach (var bucket in buckets.Buckets)
        {
            hash = Crc32C.Append(hash, System.Text.Encoding.UTF8.GetBytes(bucket));
            foreach (var item in buckets.Items(bucket))
            {
                hash = Crc32C.Append(hash, item.Key.Span);
                hash = Crc32C.Append(hash, item.Value.Span);
                items++;
            }
        }

        var isVersioned = asVersion is null ? database.StorageVersion is not null : asVersion >= VersionedSince;
        var keys = CountKeys(database);
        return new SnapshotStatus(
            hash, database.LastRevision, isVersioned ? keys : items, buckets.Length, database.StorageVersion ?? string.Empty, isVersioned);
    }

    public IReadOnlyList<UtlField> Fields()
    {
        UtlField[] fields =
        [
            new("hash", "Hash", "hash", Hash, Hash.ToString("x", CultureInfo.InvariantCulture)),
            new("revision", "Revision", "revision", Revision),
            new("total keys", "Keys", "totalKey", TotalKeys),
            new("total size", "Size", "totalSize", TotalSize, UtlOutput.Bytes(TotalSize)),
        ];
        return IsVersioned ? [.. fields, new UtlField("version", "Version", "version", Version)] : fields;
    }

    private static int CountKeys(EtcdDatabase database)
    {
        var keys = new HashSet<Bytes>();
        foreach (var record in database.Records())
        {
            if (record.IsTombstone)
            {
                keys.Remove(record.Key.ToArray());
            }
            else
            {
                keys.Add(record.Key.ToArray());
            }
        }

        return keys.Count;
    }
}
