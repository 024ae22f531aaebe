namespace ActorEtcd.Store;

// Recovery: reads the segments of a manifest in order and builds the key index anew, leaving out what is compacted.
public sealed partial class MvccStore
{
    /// <summary>
    /// The store that the manifest describes. Throws <see cref="SegmentDamagedException"/>. Nothing is deleted from
    /// the storage; see <see cref="ISegmentStorage.DeleteOrphans"/> and <see cref="ISegmentStorage.Retain"/>.
    /// </summary>
    public static MvccStore Recover(
        ISegmentStorage storage,
        ILeaseSet leases,
        StoreSettings settings,
        StoreManifest manifest,
        long appliedIndex,
        long appliedTerm)
    {
        var store = new MvccStore(storage, leases, settings, manifest);
        for (var position = 0; position < manifest.Segments.Length; position++)
        {
            var info = manifest.Segments[position];
            var isLast = position == manifest.Segments.Length - 1;
            store.Load(info, capacity: isLast && !info.IsSealed ? settings.SegmentCapacity : info.Length);
        }

        // The scan went through every page; what readers need comes back from the files.
        foreach (var segment in store._segments.Where(segment => segment.IsSealed))
        {
            segment.ReleasePages();
        }

        store.Publish(appliedIndex, appliedTerm);
        return store;
    }

    private void Load(SegmentInfo info, int capacity)
    {
        var segment = _storage.Open(info, capacity);
        segment.ResetCounts();
        var offset = Segment.HeaderSize;
        while (offset < info.Length)
        {
            var frame = segment.UncheckedFrameAt(offset);
            CheckOrder(segment, frame, offset);
            segment.Note(offset, frame.Length, frame.Main);
            segment.CountLive(frame.Length);
            LoadChange(segment, offset, frame);
            offset += frame.Length;
        }

        if (info.IsSealed || capacity <= info.Length)
        {
            segment.Seal();
        }

        _segments = _segments.Add(segment);
    }

    private void CheckOrder(Segment segment, RecordFrame frame, int offset)
    {
        if (frame.PayloadLength <= 0 || frame.Length > segment.Length - offset || frame.Main > _revision)
        {
            throw new SegmentDamagedException(
                $"{segment.Id}",
                offset,
                $"a record of {frame.PayloadLength} bytes at revision {frame.Main}, the store's is {_revision}");
        }
    }

    private void LoadChange(Segment segment, int offset, RecordFrame frame)
    {
        _index.Seek(KeyValue.ParseKey(frame.Payload));
        var head = _index.Head;
        var isCompacted = frame.Main <= _compactRevision;
        if (isCompacted && head is not null)
        {
            head.Segment.CountDead(head.FrameLength);
        }

        if (frame.IsTombstone && frame.Main < _compactRevision)
        {
            segment.CountDead(frame.Length);
            if (head is not null)
            {
                _index.Remove();
            }

            return;
        }

        var node = new RevisionNode(
            frame.Main, frame.Sub, frame.IsTombstone, segment, offset, isCompacted ? null : head);
        var key = head is null ? KeyValue.ParseKey(frame.Payload).ToArray() : _index.Key;
        NoteGarbage(frame, key, head);
        if (head is null)
        {
            _index.Insert(key, node);
        }
        else
        {
            _index.Replace(node);
        }
    }

    private void NoteGarbage(RecordFrame frame, byte[] key, RevisionNode? head)
    {
        if (frame.Main > _compactRevision)
        {
            if (frame.IsTombstone || head is { IsTombstone: false })
            {
                _garbage.Enqueue(new Garbage(frame.Main, key));
            }
        }
        else if (frame.IsTombstone)
        {
            _tombstonesAtCompaction.Enqueue(new Garbage(frame.Main, key));
        }
    }
}
