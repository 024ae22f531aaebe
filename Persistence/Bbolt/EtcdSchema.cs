using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>The names and keys of etcd's database, 3.4 to 3.6 (etcd: <c>server/storage/schema</c>).</summary>
internal static class EtcdSchema
{
    public const string Key = "key";
    public const string Meta = "meta";
    public const string Lease = "lease";
    public const string Alarm = "alarm";
    public const string Cluster = "cluster";
    public const string Members = "members";
    public const string MembersRemoved = "members_removed";
    public const string Auth = "auth";
    public const string AuthUsers = "authUsers";
    public const string AuthRoles = "authRoles";

    public const string ConsistentIndex = "consistent_index";
    public const string Term = "term";
    public const string ConfState = "confState";
    public const string StorageVersion = "storageVersion";
    public const string ScheduledCompaction = "scheduledCompactRev";
    public const string FinishedCompaction = "finishedCompactRev";
    public const string ClusterVersion = "clusterVersion";
    public const string AuthEnabled = "authEnabled";
    public const string AuthRevision = "authRevision";

    /// <summary>Main revision, an underscore, sub revision, both big endian; a tombstone has a mark behind.</summary>
    public const int RevisionSize = 17;

    private const int SeparatorOffset = 8;
    private const byte Separator = (byte)'_';
    private const byte TombstoneMark = (byte)'t';

    public static byte[] RevisionKey(Revision revision, bool isTombstone)
    {
        var key = new byte[isTombstone ? RevisionSize + 1 : RevisionSize];
        BinaryPrimitives.WriteInt64BigEndian(key, revision.Main);
        key[SeparatorOffset] = Separator;
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(SeparatorOffset + 1), revision.Sub);
        if (isTombstone)
        {
            key[RevisionSize] = TombstoneMark;
        }

        return key;
    }

    /// <summary>False when the bytes are no revision.</summary>
    public static bool TryParseRevision(ReadOnlySpan<byte> key, out Revision revision, out bool isTombstone)
    {
        revision = default;
        isTombstone = key.Length == RevisionSize + 1;
        if ((key.Length != RevisionSize && !isTombstone)
            || key[SeparatorOffset] != Separator
            || (isTombstone && key[RevisionSize] != TombstoneMark))
        {
            return false;
        }

        revision = new Revision(
            BinaryPrimitives.ReadInt64BigEndian(key),
            BinaryPrimitives.ReadInt64BigEndian(key[(SeparatorOffset + 1)..]));
        return revision.Main >= 0 && revision.Sub >= 0;
    }

    public static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
