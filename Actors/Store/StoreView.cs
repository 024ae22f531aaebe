using System.Buffers;
using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>
/// The store at one moment, unchanging: every revision since the compaction can be read, from any thread, for as
/// long as somebody holds the view.
/// </summary>
public sealed class StoreView
{
    private readonly TreeNode _root;
    private readonly ImmutableArray<Segment> _segments;

    /// <summary>The published length of the last segment, which the writer may have taken further since.</summary>
    private readonly int _lastLength;

    internal StoreView(
        TreeNode root,
        ImmutableArray<Segment> segments,
        long revision,
        long compactRevision,
        ulong historyHash,
        long appliedIndex,
        long appliedTerm,
        StoreSize size)
    {
        _root = root;
        _segments = segments;
        _lastLength = segments.IsEmpty ? 0 : segments[^1].Length;
        Revision = revision;
        CompactRevision = compactRevision;
        HistoryHash = historyHash;
        AppliedIndex = appliedIndex;
        AppliedTerm = appliedTerm;
        Size = size;
    }

    /// <summary>The newest main revision; 1 for a store that nothing was ever written to.</summary>
    public long Revision { get; }

    /// <summary>Older revisions are gone; -1 when the store was never compacted.</summary>
    public long CompactRevision { get; }

    /// <summary>A running hash of all that was ever written; equal on all members at equal revisions.</summary>
    public ulong HistoryHash { get; }

    /// <summary>The log entry that the view reflects, and its term.</summary>
    public long AppliedIndex { get; }

    public long AppliedTerm { get; }

    public StoreSize Size { get; }

    /// <summary>Keys that exist.</summary>
    public int KeyCount => _root.Live;

    /// <summary>Throws <see cref="EtcdException"/> with FutureRev or Compacted.</summary>
    public RangeResult Range(RangeRequest request) =>
        RangeEvaluation.Run(_root, request, Revision, CompactRevision);

    /// <summary>Evaluates a transaction that only reads. Throws <see cref="EtcdException"/> with FutureRev or Compacted.</summary>
    public TxnResult Txn(TxnRequest request) => TxnReads.Run(_root, request, Revision, CompactRevision);

    /// <summary>The record of a key at a revision (0: newest); false when it does not exist there.</summary>
    public bool TryGet(Bytes key, long revision, out ReadOnlyMemory<byte> record)
    {
        CheckReadable(revision);
        var head = KeyTree.Find(_root, key.Span);
        if (head?.At(revision <= 0 ? Revision : revision) is { IsTombstone: false } node)
        {
            record = node.Record();
            return true;
        }

        record = default;
        return false;
    }

    /// <summary>
    /// The changes from a main revision to another, both included, in order. At the compact revision itself only
    /// what the compaction kept is seen, which is every change that watchers may still ask for.
    /// </summary>
    public IEnumerable<StoreRecord> Events(long fromRevision, long toRevision)
    {
        if (fromRevision < CompactRevision)
        {
            throw new EtcdException(EtcdError.Compacted);
        }

        return EventsUnchecked(fromRevision, Math.Min(toRevision, Revision));
    }

    /// <summary>
    /// What is stored once the compaction is finished, in order of revision: every change since the compact revision,
    /// and of the older ones those that the compaction keeps. The same each time it is enumerated.
    /// </summary>
    public IEnumerable<StoreRecord> Records() =>
        EventsUnchecked(fromRevision: 0, Revision)
            .Where(record => record.Revision.Main > CompactRevision || IsKept(record));

    /// <summary>
    /// etcd's HashKV at a revision (0: newest): over the records that the compaction kept and that are still the
    /// newest of their keys at the revision, and over all records since. Throws Compacted or FutureRev.
    /// </summary>
    public KvHash HashKv(long revision)
    {
        CheckReadable(revision);
        var at = revision <= 0 ? Revision : revision;
        return new KvHash(KvHasher.Hash(this, _root, at), CompactRevision, at);
    }

    /// <summary>A hash of all that is stored, for Maintenance.Hash.</summary>
    public uint Hash() => HashKv(0).Hash;

    internal IEnumerable<StoreRecord> EventsUnchecked(long fromRevision, long toRevision)
    {
        for (var index = 0; index < _segments.Length; index++)
        {
            var segment = _segments[index];
            var isLast = index == _segments.Length - 1;
            var length = isLast ? _lastLength : segment.Length;
            if (!isLast && segment.MaxRevision < fromRevision)
            {
                continue;
            }

            var offset = segment.Seek(fromRevision);
            while (offset < length)
            {
                var (record, frameLength) = ReadAt(segment, offset);
                if (record.Revision.Main > toRevision)
                {
                    yield break;
                }

                if (record.Revision.Main >= fromRevision)
                {
                    yield return record;
                }

                offset += frameLength;
            }
        }
    }

    /// <summary>
    /// The frames of stored records between two revisions, neither included, as they lie in the segments: as many as fit the
    /// length, and at least one if there is any; and whether they are the last.
    /// </summary>
    internal (ReadOnlyMemory<byte> Frames, bool IsEnd) FramesBetween(Revision after, Revision before, int length)
    {
        var frames = new ArrayBufferWriter<byte>();
        foreach (var record in EventsUnchecked(after.Main, Math.Min(before.Main, Revision)))
        {
            if (record.Revision.CompareTo(after) <= 0 || record.Revision.CompareTo(before) >= 0)
            {
                continue;
            }

            var frameLength = RecordFrame.HeaderSize + record.Record.Length;
            if (frames.WrittenCount > 0 && frames.WrittenCount + frameLength > length)
            {
                return (frames.WrittenMemory, IsEnd: false);
            }

            var frame = frames.GetSpan(frameLength)[..frameLength];
            record.Record.Span.CopyTo(frame[RecordFrame.HeaderSize..]);
            RecordFrame.Complete(frame, record.Revision.Main, (int)record.Revision.Sub, record.IsTombstone);
            frames.Advance(frameLength);
        }

        return (frames.WrittenMemory, IsEnd: true);
    }

    private bool IsKept(StoreRecord record)
    {
        var newest = KeyTree.Find(_root, record.Key)?.At(CompactRevision);
        return newest is not null
            && newest.Revision == record.Revision
            && (!record.IsTombstone || record.Revision.Main == CompactRevision);
    }

    private static (StoreRecord Record, int FrameLength) ReadAt(Segment segment, int offset)
    {
        var frame = segment.FrameAt(offset);
        var record = segment.Slice(offset + RecordFrame.HeaderSize, frame.PayloadLength);
        return (new StoreRecord(new Revision(frame.Main, frame.Sub), record, frame.IsTombstone), frame.Length);
    }

    private void CheckReadable(long revision)
    {
        if (revision > Revision)
        {
            throw new EtcdException(EtcdError.FutureRev);
        }

        if (revision > 0 && revision < CompactRevision)
        {
            throw new EtcdException(EtcdError.Compacted);
        }
    }
}
