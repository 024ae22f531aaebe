using System.Buffers.Binary;

namespace ActorEtcd.Store;

/// <summary>
/// The checksum that etcd computes over its <c>key</c> bucket: the bucket's name, then key and value of each entry.
/// The key of an entry is its revision: main and sub, big endian, with an underscore between, and a 't' after it for
/// a tombstone.
/// </summary>
internal static class KvHasher
{
    private const int RevisionKeySize = 17;

    public static uint Hash(StoreView view, TreeNode root, long revision)
    {
        var kept = new KeptCollector { Compact = view.CompactRevision, Revision = revision, Kept = [], Survivors = [] };
        KeyTree.Visit(root, KeyRange.All, ref kept);

        // etcd skips what a compaction may still have to remove only if something is to be kept at all.
        var old = kept.IsAnyLive ? kept.Kept : kept.Survivors;
        old.Sort((left, right) => left.Revision.CompareTo(right.Revision));
        var crc = Crc32C.Compute("key"u8);
        foreach (var node in old)
        {
            crc = Append(crc, node.Revision, node.IsTombstone, node.Record().Span);
        }

        foreach (var record in view.EventsUnchecked(view.CompactRevision + 1, revision))
        {
            crc = Append(crc, record.Revision, record.IsTombstone, record.Record.Span);
        }

        return crc;
    }

    private static uint Append(uint crc, Revision revision, bool tombstone, ReadOnlySpan<byte> record)
    {
        Span<byte> key = stackalloc byte[RevisionKeySize + 1];
        BinaryPrimitives.WriteInt64BigEndian(key, revision.Main);
        key[8] = (byte)'_';
        BinaryPrimitives.WriteInt64BigEndian(key[9..], revision.Sub);
        key[RevisionKeySize] = (byte)'t';
        crc = Crc32C.Append(crc, tombstone ? key : key[..RevisionKeySize]);
        return Crc32C.Append(crc, record);
    }

    private struct KeptCollector : IKeyVisitor
    {
        public long Compact;
        public long Revision;

        /// <summary>Newest at the revision, no tombstones, from the compaction or before.</summary>
        public List<RevisionNode> Kept;

        /// <summary>Newest at the compaction, no tombstones.</summary>
        public List<RevisionNode> Survivors;

        /// <summary>Whether any key exists at the revision.</summary>
        public bool IsAnyLive;

        public bool Visit(Bytes key, RevisionNode head)
        {
            var newest = head.At(Revision);
            if (newest is { IsTombstone: false })
            {
                IsAnyLive = true;
                if (newest.Main <= Compact)
                {
                    Kept.Add(newest);
                }
            }

            if (!IsAnyLive && newest?.At(Compact) is { IsTombstone: false } survivor)
            {
                Survivors.Add(survivor);
            }

            return true;
        }
    }
}
