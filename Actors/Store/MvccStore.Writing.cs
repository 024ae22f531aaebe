using ActorEtcd.Messages;

namespace ActorEtcd.Store;

// The changes of single keys. All checks are behind: nothing here refuses.
public sealed partial class MvccStore
{
    private const ulong HistoryFactor = 0x9E3779B97F4A7C15;

    private PutResult ApplyPut(PutRequest request)
    {
        _index.Seek(request.Key.Span);
        var head = _index.Head;
        var main = _revision + 1;
        ReadOnlyMemory<byte> previousRecord = default;
        var create = main;
        var version = 1L;
        var value = request.Value.Span;
        var lease = request.Lease;
        var previousLease = LeaseId.None;
        if (head is { IsTombstone: false })
        {
            previousRecord = head.Record();
            var previous = KeyValue.Parse(previousRecord.Span);
            create = previous.CreateRevision;
            version = previous.Version + 1;
            previousLease = previous.Lease;
            value = request.IgnoreValue ? previous.Value : value;
            lease = request.IgnoreLease ? previousLease : lease;
        }

        var size = KeyValueEncoding.Size(request.Key.Length, create, main, version, value.Length, lease);
        var segment = SegmentFor(RecordFrame.HeaderSize + size);
        var frame = segment.Reserve(RecordFrame.HeaderSize + size);
        KeyValueEncoding.Write(
            frame[RecordFrame.HeaderSize..], request.Key.Span, create, main, version, value, lease);
        var key = head is null ? request.Key.ToArray() : _index.Key;
        if (!previousRecord.IsEmpty)
        {
            _garbage.Enqueue(new Garbage(main, key));
        }

        var node = AppendFrame(segment, frame, key, head, tombstone: false);
        _changes.Add(new StoreChange(
            node.Revision, key, node.Record(), previousRecord, previousLease, lease, IsTombstone: false));
        var hasPrevKv = request.PrevKv && !previousRecord.IsEmpty;
        return new PutResult(main, hasPrevKv ? previousRecord : default(ReadOnlyMemory<byte>?));
    }

    private DeleteRangeResult ApplyDeleteRange(DeleteRangeRequest request)
    {
        var prevKvs = request.PrevKv ? new List<ReadOnlyMemory<byte>>() : null;
        var deleted = 0L;
        if (request.RangeEnd.IsEmpty)
        {
            deleted = ApplyDelete(request.Key, prevKvs) ? 1 : 0;
        }
        else
        {
            var collector = new LiveKeyCollector { Keys = [] };
            KeyTree.Visit(_index.Root, new KeyRange(request.Key, request.RangeEnd), ref collector);
            foreach (var key in collector.Keys)
            {
                deleted += ApplyDelete(key, prevKvs) ? 1 : 0;
            }
        }

        return new DeleteRangeResult(VisibleRevision, deleted, prevKvs is null ? [] : [.. prevKvs]);
    }

    private bool ApplyDelete(Bytes key, List<ReadOnlyMemory<byte>>? prevKvs)
    {
        _index.Seek(key.Span);
        if (_index.Head is not { IsTombstone: false } head)
        {
            return false;
        }

        var previousRecord = head.Record();
        var recordBefore = RecordBefore(head);
        prevKvs?.Add(previousRecord);
        var previousLease = KeyValue.Parse(previousRecord.Span).Lease;
        var size = KeyValueEncoding.Size(key.Length, 0, 0, 0, 0, LeaseId.None);
        var segment = SegmentFor(RecordFrame.HeaderSize + size);
        var frame = segment.Reserve(RecordFrame.HeaderSize + size);
        KeyValueEncoding.Write(frame[RecordFrame.HeaderSize..], key.Span, 0, 0, 0, default, LeaseId.None);
        var ownKey = _index.Key;
        _garbage.Enqueue(new Garbage(_revision + 1, ownKey));
        var node = AppendFrame(segment, frame, ownKey, head, tombstone: true);
        _changes.Add(new StoreChange(
            node.Revision, ownKey, node.Record(), recordBefore, previousLease, LeaseId.None, IsTombstone: true));
        return true;
    }

    // What the key had before the revision in the making, which may have put it already.
    private ReadOnlyMemory<byte> RecordBefore(RevisionNode head) =>
        head.At(_revision) is { IsTombstone: false } before ? before.Record() : default;

    // The index stands at the key; the frame holds the payload.
    private RevisionNode AppendFrame(
        Segment segment, Span<byte> frame, byte[] key, RevisionNode? head, bool tombstone)
    {
        var main = _revision + 1;
        if (_sub == 0)
        {
            _before = (_historyHash, WrittenSum, segment.MaxRevision);
        }

        var crc = RecordFrame.Complete(frame, main, _sub, tombstone);
        _historyHash = NextHistoryHash(_historyHash, crc);
        WrittenSum += NextHistoryHash((ulong)main, crc);
        var offset = segment.Commit(frame.Length, main);
        segment.CountLive(frame.Length);
        var node = new RevisionNode(main, _sub, tombstone, segment, offset, head);
        _sub++;
        if (head is null)
        {
            _index.Insert(key, node);
        }
        else
        {
            _index.Push(node);
        }

        return node;
    }

    /// <summary>
    /// Undoes the changes of the request in progress, the last one first. What they noted as garbage stays noted: it says
    /// where to look, and the request comes again.
    /// </summary>
    private void TakeBack()
    {
        if (_sub == 0)
        {
            return;
        }

        for (; _sub > 0; _sub--)
        {
            var change = _changes[^1];
            _changes.RemoveAt(_changes.Count - 1);
            _index.Seek(change.Key.Span);
            var node = _index.Head;
            Invariant.Check(node?.Revision == change.Revision, $"change {change.Revision} is not the newest of its key");
            node!.Segment.CountDead(node.FrameLength);
            node.Segment.TakeBack(node.Offset, _before.MaxRevision);
            if (node.Prev is { } previous)
            {
                _index.Replace(previous);
            }
            else
            {
                _index.Remove();
            }
        }

        (_historyHash, WrittenSum, _) = _before;
    }

    internal static ulong NextHistoryHash(ulong hash, uint crc)
    {
        var mixed = (hash ^ crc) * HistoryFactor;
        return mixed ^ (mixed >> 29);
    }

    private Segment SegmentFor(int frameLength)
    {
        if (!_segments.IsEmpty && !_segments[^1].IsSealed)
        {
            var active = _segments[^1];
            if (active.Remaining >= frameLength)
            {
                return active;
            }

            active.Seal();
        }

        var next = _storage.Create(Math.Max(_settings.SegmentCapacity, Segment.HeaderSize + frameLength));
        _segments = _segments.Add(next);
        return next;
    }

    private struct LiveKeyCollector : IKeyVisitor
    {
        public List<Bytes> Keys;

        public readonly bool Visit(Bytes key, RevisionNode head)
        {
            if (!head.IsTombstone)
            {
                Keys.Add(key);
            }

            return true;
        }
    }
}
