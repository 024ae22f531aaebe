namespace ActorEtcd.Store;

/// <summary>
/// Makes the segments of a store that another program kept: its records as they are, in order of revision. What a
/// compaction has yet to take out may be among them; recovery leaves it out. Takes segments to the disk as they fill.
/// </summary>
public sealed class StoreImport(ISegmentStorage storage, StoreSettings settings)
{
    private readonly List<Segment> _segments = [];
    private StoreManifest _manifest = StoreManifest.Empty;
    private Revision _last;
    private ulong _historyHash;

    /// <summary>The main revision of the newest record; 0 before the first.</summary>
    public long LastRevision => _last.Main;

    /// <summary>Takes in a record, which must be newer than the one before.</summary>
    public void Add(StoreRecord record)
    {
        var revision = record.Revision;
        Invariant.Check(
            revision > _last && revision.Sub <= int.MaxValue && !record.Record.IsEmpty,
            $"record {revision} of {record.Record.Length} bytes after {_last}");
        _last = revision;
        var length = RecordFrame.HeaderSize + record.Record.Length;
        var segment = SegmentFor(length);
        var frame = segment.Reserve(length);
        record.Record.Span.CopyTo(frame[RecordFrame.HeaderSize..]);
        var crc = RecordFrame.Complete(frame, revision.Main, (int)revision.Sub, record.IsTombstone);
        _historyHash = MvccStore.NextHistoryHash(_historyHash, crc);
        segment.Commit(length, revision.Main);
        segment.CountLive(length);
    }

    /// <summary>Makes everything durable; the manifest is that of a store at the revisions given.</summary>
    public StoreManifest Complete(long revision, long compactRevision)
    {
        Invariant.Check(revision >= _last.Main, $"a store at revision {revision} with a record of {_last.Main}");
        Flush();
        return _manifest with { Revision = revision, CompactRevision = compactRevision };
    }

    private Segment SegmentFor(int length)
    {
        if (_segments is [.., var active])
        {
            if (active.Remaining >= length)
            {
                return active;
            }

            active.Seal();
            Flush();
        }

        var next = storage.Create(Math.Max(settings.SegmentCapacity, Segment.HeaderSize + length));
        _segments.Add(next);
        return next;
    }

    private void Flush()
    {
        var infos = _segments.Select(static segment => SegmentInfos.Of(segment, 0));
        _manifest = storage.Flush(new StoreManifest(_last.Main, -1, _historyHash, [.. infos]));
    }
}
