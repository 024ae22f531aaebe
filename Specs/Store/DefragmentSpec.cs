using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

public sealed class DefragmentSpec
{
    private const int SliceItems = 3;

    private readonly MvccStore _store = new(
        new MemorySegmentStorage(), new AllLeases(), new StoreSettings { SegmentCapacity = 1000 });

    [Fact]
    public void Defragmentation_leaves_live_records_alone_and_reads_as_before()
    {
        // A few superseded records in every segment: too few for upkeep to care.
        for (var i = 0; i < 200; i++)
        {
            Put(i % 10 == 0 ? "again" : $"key/{i:d3}", $"value {i}");
        }

        _store.Compact(_store.Revision);
        Finish(static store => store.CompactSlice(SliceItems));
        Finish(static store => store.RewriteSlice(SliceItems));
        var before = _store.Publish(1, 1).View;
        Assert.True(before.Size.TotalBytes > before.Size.LiveBytes + 1000, $"no garbage was left: {before.Size}");

        _store.BeginDefragment();
        Finish(static store => store.RewriteSlice(SliceItems));

        Assert.False(_store.IsDefragmenting);
        var after = _store.Publish(1, 1).View;
        Assert.Equal(before.Size.LiveBytes, after.Size.LiveBytes);
        var segments = _store.Capture().Segments;
        Assert.Equal(after.Size.LiveBytes + (segments.Length * Segment.HeaderSize), after.Size.TotalBytes);
        Assert.Equal(before.HashKv(0), after.HashKv(0));
        Assert.Equal(ContentOf(before), ContentOf(after));
    }

    [Fact]
    public void Defragmentation_of_what_has_no_garbage_moves_nothing_but_joins_small_segments()
    {
        for (var i = 0; i < 5; i++)
        {
            Put("a", $"{i}");
            _store.Compact(_store.Revision);
            Finish(static store => store.CompactSlice(SliceItems));
            Defragment();
        }

        for (var i = 0; i < 5; i++)
        {
            Put($"b{i}", "1");
            Put("a", $"{i}");
            _store.Compact(_store.Revision);
            Finish(static store => store.CompactSlice(SliceItems));
            Defragment();
        }

        Assert.True(_store.Capture().Segments.Length <= 2, $"{_store.Capture().Segments.Length} segments");
        var ids = _store.Capture().Segments.Select(static segment => segment.Id).ToArray();
        Defragment();
        Defragment();
        Assert.Equal(ids.Length, _store.Capture().Segments.Length);
    }

    [Fact]
    public void Defragmentation_ends_while_writes_make_garbage_all_the_time()
    {
        Put("a", "0");
        Put("a", "1");
        _store.Compact(_store.Revision);
        Finish(static store => store.CompactSlice(SliceItems));
        _store.BeginDefragment();
        for (var i = 0; _store.IsDefragmenting; i++)
        {
            Assert.True(i < 1000, "the defragmentation does not end");
            Put("a", $"{i}");
            _store.Compact(_store.Revision);
            _store.CompactSlice(SliceItems);
            _store.RewriteSlice(SliceItems);
        }
    }

    private void Defragment()
    {
        _store.BeginDefragment();
        Finish(static store => store.RewriteSlice(SliceItems));
    }

    private void Finish(Func<MvccStore, bool> slice)
    {
        for (var i = 0; slice(_store); i++)
        {
            Assert.True(i < 10_000, "there is always more to do");
        }
    }

    private void Put(string key, string value)
        => _store.Put(new PutRequest(Bytes.FromUtf8(key), Bytes.FromUtf8(value), LeaseId.None));

    private static string[] ContentOf(StoreView view)
        => [.. view.Range(new RangeRequest { Key = new byte[1], RangeEnd = new byte[1] }).Kvs.Select(kv => Convert.ToHexString(kv.Span))];
}
