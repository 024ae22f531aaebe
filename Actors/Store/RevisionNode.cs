namespace ActorEtcd.Store;

/// <summary>
/// One change of a key and, through <see cref="Prev"/>, the older ones. Chains never change, so a reader may follow
/// one while newer changes are put on top of it; only the place of a record may move, when its segment is rewritten.
/// </summary>
internal sealed class RevisionNode
{
    private readonly int _subAndTombstone;
    private readonly int _depth;
    private Segment _segment;
    private int _offset;

    // Odd while the place is being changed: a reader that meets an odd or a changed number reads again.
    private int _placeVersion;

    public RevisionNode(long main, int sub, bool tombstone, Segment segment, int offset, RevisionNode? prev)
    {
        Main = main;
        _subAndTombstone = (sub << 1) | (tombstone ? 1 : 0);
        _segment = segment;
        _offset = offset;
        Prev = prev;
        if (prev is not null)
        {
            _depth = prev._depth + 1;
            Jump = JumpOf(prev);
        }
    }

    public long Main { get; }

    public int Sub => _subAndTombstone >> 1;

    public bool IsTombstone => (_subAndTombstone & 1) != 0;

    public RevisionNode? Prev { get; }

    /// <summary>An older node, so far away that any older node is reached in logarithmically many steps.</summary>
    public RevisionNode? Jump { get; }

    /// <summary>The segment for the writer, which alone moves records.</summary>
    public Segment Segment => _segment;

    /// <summary>The offset for the writer, which alone moves records.</summary>
    public int Offset => _offset;

    public int FrameLength => _segment.UncheckedFrameAt(_offset).Length;

    /// <exception cref="SegmentDamagedException">The record's length is not what was written.</exception>
    public void CheckFrameLength() => _segment.CheckFrameLength(_offset);

    public Revision Revision => new(Main, Sub);

    /// <summary>The encoded record; from any thread.</summary>
    public ReadOnlyMemory<byte> Record()
    {
        while (true)
        {
            var version = Volatile.Read(ref _placeVersion);
            var segment = Volatile.Read(ref _segment);
            var offset = Volatile.Read(ref _offset);
            if ((version & 1) == 0 && version == Volatile.Read(ref _placeVersion))
            {
                return segment.RecordAt(offset);
            }
        }
    }

    /// <summary>The frame went to another place with equal bytes.</summary>
    public void MoveTo(Segment segment, int offset)
    {
        Volatile.Write(ref _placeVersion, _placeVersion + 1);
        Volatile.Write(ref _segment, segment);
        Volatile.Write(ref _offset, offset);
        Volatile.Write(ref _placeVersion, _placeVersion + 1);
    }

    /// <summary>The newest change at or before the main revision, tombstones included.</summary>
    public RevisionNode? At(long main)
    {
        var node = this;
        while (node is not null && node.Main > main)
        {
            node = node.Jump is { } jump && jump.Main > main ? jump : node.Prev;
        }

        return node;
    }

    /// <summary>Exactly this change, or null.</summary>
    public RevisionNode? Find(long main, int sub)
    {
        var node = At(main);
        while (node is not null && node.Main == main && node.Sub > sub)
        {
            node = node.Prev;
        }

        return node is not null && node.Main == main && node.Sub == sub ? node : null;
    }

    /// <summary>This change in the same place with other history behind it.</summary>
    public RevisionNode WithPrev(RevisionNode? prev) => new(Main, Sub, IsTombstone, _segment, _offset, prev);

    // Skew-binary numbers: two jumps of equal length in a row are joined into one of the next size.
    private static RevisionNode JumpOf(RevisionNode prev)
    {
        if (prev.Jump is { Jump: { } second } first && prev._depth - first._depth == first._depth - second._depth)
        {
            return second;
        }

        return prev;
    }
}
