namespace ActorEtcd.Store;

// Physical compaction: takes superseded changes out of the key index, a bounded number at a time.
public sealed partial class MvccStore
{
    // Keys whose change at this main revision superseded an older one or is a tombstone, in order of revision: once
    // the compact revision reaches it there may be something to take out. Cost is that of the garbage, not the store.
    private readonly Queue<Garbage> _garbage = new();

    // A tombstone at the compact revision itself stays until the next compaction, since watchers may begin there.
    private readonly Queue<Garbage> _tombstonesAtCompaction = new();

    /// <summary>Whether superseded changes wait to be taken out.</summary>
    public bool IsCompacting =>
        (_garbage.TryPeek(out var next) && next.Main <= _compactRevision)
        || (_tombstonesAtCompaction.TryPeek(out next) && next.Main < _compactRevision);

    /// <summary>Superseded changes that were taken out since the store was opened.</summary>
    public long CompactedChanges { get; private set; }

    /// <summary>
    /// Takes out garbage of about so many superseded changes; true when there is more. Published views do not
    /// notice: they keep the chains that they had.
    /// </summary>
    public bool CompactSlice(int itemsMax)
    {
        var items = 0;
        while (items < itemsMax && IsCompacting)
        {
            // It leaves the queue when it is done: a damaged record may be in its way until it is mended.
            var queue = _tombstonesAtCompaction.TryPeek(out var tombstone) && tombstone.Main < _compactRevision
                ? _tombstonesAtCompaction
                : _garbage;
            items += 1 + CutHistory(queue.Peek().Key);
            queue.Dequeue();
        }

        return IsCompacting;
    }

    // Returns the number of nodes that had to be built or dropped.
    private int CutHistory(byte[] key)
    {
        _index.Seek(key);
        if (_index.Head is not { } head || head.At(_compactRevision) is not { } newest)
        {
            return 0;
        }

        CheckLengths(newest);
        var work = 0;
        for (var dead = newest.Prev; dead is not null; dead = dead.Prev, work++)
        {
            dead.Segment.CountDead(dead.FrameLength);
        }

        CompactedChanges += work;
        if (newest.IsTombstone && newest.Main == _compactRevision)
        {
            _tombstonesAtCompaction.Enqueue(new Garbage(newest.Main, key));
        }

        var isKept = !newest.IsTombstone || newest.Main == _compactRevision;
        if (isKept && work == 0)
        {
            return 0;
        }

        if (!isKept)
        {
            newest.Segment.CountDead(newest.FrameLength);
            CompactedChanges++;
        }

        return work + ReplaceHistory(head, newest, isKept ? newest.WithPrev(null) : null);
    }

    // Before anything is counted: a record whose length is damaged must not be counted half-way.
    private static void CheckLengths(RevisionNode newest)
    {
        for (var node = newest; node is not null; node = node.Prev)
        {
            node.CheckFrameLength();
        }
    }

    // Rebuilds the chain from its oldest remaining node up, since chains that views hold never change.
    private int ReplaceHistory(RevisionNode head, RevisionNode oldTail, RevisionNode? tail)
    {
        var newer = new Stack<RevisionNode>();
        for (var node = head; node != oldTail; node = node!.Prev)
        {
            newer.Push(node!);
        }

        var work = newer.Count;
        var rebuilt = tail;
        while (newer.TryPop(out var node))
        {
            rebuilt = node.WithPrev(rebuilt);
        }

        if (rebuilt is null)
        {
            _index.Remove();
        }
        else
        {
            _index.Replace(rebuilt);
        }

        return work;
    }

    private readonly record struct Garbage(long Main, byte[] Key);
}
