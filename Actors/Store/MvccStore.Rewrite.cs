namespace ActorEtcd.Store;

// Gives space back: copies the live records of segments that are mostly garbage into a new one, a bounded number at a
// time, then puts the new one in their place. Answers do not change, since the records and their order do not.
public sealed partial class MvccStore
{
    private Rewrite? _rewrite;

    // The segments that a defragmentation has still to look at. What it writes itself is never among them, so it ends.
    private HashSet<long>? _defragmenting;

    /// <summary>Whether slices remain until all garbage of the moment of <see cref="BeginDefragment"/> has given its space back.</summary>
    public bool IsDefragmenting => _defragmenting is not null;

    /// <summary>
    /// From now on every segment of this moment with any garbage is worth a rewrite, and small neighbours become one.
    /// </summary>
    public void BeginDefragment()
    {
        if (!_segments.IsEmpty && HasGarbage(_segments[^1]))
        {
            _segments[^1].Seal();
        }

        _defragmenting ??= [];
        _defragmenting.UnionWith(_segments.Select(static segment => segment.Id));
    }

    /// <summary>
    /// Looks at about so many records; true when there is more to do. Without a rewrite in progress it looks for
    /// one that is worthwhile and returns false when there is none.
    /// </summary>
    public bool RewriteSlice(int itemsMax)
    {
        _rewrite ??= FindRewrite();
        if (_rewrite is null)
        {
            return false;
        }

        var rewrite = _rewrite;
        for (var items = 0; items < itemsMax && !rewrite.IsFinished; items++)
        {
            CopyNext(rewrite);
        }

        if (rewrite.IsFinished)
        {
            Finish(rewrite);
        }

        return true;
    }

    private Rewrite? FindRewrite()
    {
        var found = FindRun();
        if (found is null)
        {
            _defragmenting = null;
        }

        return found;
    }

    // A run of neighbours whose live records fit one segment, and that take less space then.
    private Rewrite? FindRun()
    {
        for (var first = 0; first < _segments.Length; first++)
        {
            var count = 0;
            var live = (long)Segment.HeaderSize;
            var hasGarbage = false;
            while (first + count < _segments.Length
                && IsCandidate(_segments[first + count])
                && live + _segments[first + count].LiveBytes <= _settings.SegmentCapacity)
            {
                live += _segments[first + count].LiveBytes;
                hasGarbage |= HasGarbage(_segments[first + count]);
                count++;
            }

            if (count > 1 || hasGarbage)
            {
                return new Rewrite(first, count, _segments[first]);
            }
        }

        return null;
    }

    private bool IsCandidate(Segment segment) =>
        segment.IsSealed
        && (segment.LiveBytes < _settings.RewriteLiveRatio * segment.Length || _defragmenting?.Contains(segment.Id) == true);

    private static bool HasGarbage(Segment segment) => segment.LiveBytes < segment.Length - Segment.HeaderSize;

    private void CopyNext(Rewrite rewrite)
    {
        var source = rewrite.Source;
        if (rewrite.Offset >= source.Length || source.LiveRecords == 0)
        {
            var next = rewrite.SourcesDone + 1;
            rewrite.MoveTo(next < rewrite.Count ? _segments[rewrite.First + next] : null);
            return;
        }

        var offset = rewrite.Offset;
        var frame = source.FrameAt(offset);
        rewrite.Offset += frame.Length;
        var node = KeyTree.Find(_index.Root, KeyValue.ParseKey(frame.Payload))?.Find(frame.Main, frame.Sub);
        if (node is null || node.Segment != source || node.Offset != offset)
        {
            return;
        }

        rewrite.Output ??= _storage.Create(
            Math.Max(_settings.SegmentCapacity, Segment.HeaderSize + frame.Length));
        var target = rewrite.Output.Reserve(frame.Length);
        source.GetSpan().Slice(offset, frame.Length).CopyTo(target);
        var newOffset = rewrite.Output.Commit(frame.Length, frame.Main);
        rewrite.Output.CountLive(frame.Length);
        source.CountDead(frame.Length);
        node.MoveTo(rewrite.Output, newOffset);
    }

    // Invariant: only the rewrite replaces segments, and the writer only appends, so the sources are where they were.
    private void Finish(Rewrite rewrite)
    {
        _rewrite = null;
        for (var index = 0; index < rewrite.Count; index++)
        {
            var source = _segments[rewrite.First + index];
            Invariant.Check(
                source.LiveRecords == 0 && source.LiveBytes == 0,
                $"segment {source.Id} still has {source.LiveRecords} live records after its rewrite");
            _storage.Drop(source);
        }

        _segments = _segments.RemoveRange(rewrite.First, rewrite.Count);
        if (rewrite.Output is { } output)
        {
            output.Seal();
            _segments = _segments.Insert(rewrite.First, output);
        }
    }

    private void AbandonRewrite()
    {
        if (_rewrite?.Output is { } output)
        {
            _storage.Drop(output);
        }

        _rewrite = null;
    }

    private sealed class Rewrite(int first, int count, Segment source)
    {
        public int First { get; } = first;

        public int Count { get; } = count;

        public int SourcesDone { get; private set; }

        public Segment Source { get; private set; } = source;

        public int Offset { get; set; } = Segment.HeaderSize;

        public Segment? Output { get; set; }

        public long OutputBytes => Output?.Length ?? 0;

        public long OutputLiveBytes => Output?.LiveBytes ?? 0;

        public bool IsFinished => SourcesDone == Count;

        public void MoveTo(Segment? next)
        {
            SourcesDone++;
            Source = next ?? Source;
            Offset = Segment.HeaderSize;
        }
    }
}
