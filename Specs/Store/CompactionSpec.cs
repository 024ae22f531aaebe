using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

public class CompactionSpec
{
    private static readonly Bytes Key = Bytes.FromUtf8("key");

    private readonly MemorySegmentStorage _storage = new();
    private readonly MvccStore _store;

    public CompactionSpec() =>
        _store = new MvccStore(_storage, new AllLeases(), new StoreSettings { SegmentCapacity = 1000 });

    private StoreView View => _store.Publish(1, 1).View;

    [Fact]
    public void New_store_is_at_revision_one_and_never_compacted()
    {
        Assert.Equal(1, View.Revision);
        Assert.Equal(-1, View.CompactRevision);
        Assert.Equal(new StoreSize(0, 0), View.Size);
        AssertRefused(EtcdError.FutureRev, () => _store.Compact(2));
        Assert.Equal(1, _store.Compact(0));
        AssertRefused(EtcdError.Compacted, () => _store.Compact(0));
    }

    [Fact]
    public void Compaction_of_a_future_or_a_compacted_revision_is_refused()
    {
        Put("a");
        Put("b");
        AssertRefused(EtcdError.FutureRev, () => _store.Compact(4));
        Assert.Equal(3, _store.Compact(3));
        AssertRefused(EtcdError.Compacted, () => _store.Compact(3));
        AssertRefused(EtcdError.Compacted, () => _store.Compact(2));
    }

    [Fact]
    public void Revisions_below_the_compacted_one_are_refused_and_the_others_answered()
    {
        Put("a");
        Put("b");
        Put("c");
        _store.Compact(3);
        Finish();
        AssertRefused(EtcdError.Compacted, () => View.Range(At(2)));
        AssertRefused(EtcdError.FutureRev, () => View.Range(At(5)));
        Assert.Equal("b", Value(At(3)));
        Assert.Equal("c", Value(At(4)));
        Assert.Equal("c", Value(At(0)));
        Assert.Equal("c", Value(At(-7)));
    }

    [Fact]
    public void Compaction_at_a_tombstone_keeps_its_event_until_the_next_compaction()
    {
        Put("a");
        Delete();
        Bystander();
        _store.Compact(3);
        Finish();
        Assert.Equal(0, View.Range(At(3)).Count);
        Assert.Contains(View.Events(3, 3), record => record.IsTombstone);

        _store.Compact(4);
        Finish();
        Assert.DoesNotContain(View.Events(4, 9), record => record.IsTombstone);
        Assert.Equal(1, _store.Capture().Segments.Sum(segment => segment.LiveRecords));
    }

    [Fact]
    public void Compaction_after_a_tombstone_forgets_the_key()
    {
        Put("a");
        Delete();
        Bystander();
        _store.Compact(4);
        Finish();
        Assert.Equal(0, View.Range(At(4)).Count);
        Assert.Equal(1, _store.Capture().Segments.Sum(segment => segment.LiveRecords));
    }

    [Fact]
    public void Key_that_comes_back_after_a_tombstone_starts_a_new_generation()
    {
        Put("a");
        Put("b");
        Delete();
        Put("c");
        var kv = KeyValue.Parse(View.Range(At(0)).Kvs[0].Span);
        Assert.Equal((5, 5, 1), (kv.CreateRevision, kv.ModRevision, kv.Version));

        _store.Compact(4);
        Finish();
        Assert.Equal(0, View.Range(At(4)).Count);
        Put("d");
        kv = KeyValue.Parse(View.Range(At(0)).Kvs[0].Span);
        Assert.Equal((5, 6, 2), (kv.CreateRevision, kv.ModRevision, kv.Version));
    }

    [Fact]
    public void Events_below_the_compacted_revision_are_refused()
    {
        Put("a");
        Put("b");
        _store.Compact(3);
        AssertRefused(EtcdError.Compacted, () => View.Events(2, 9));
        Assert.Single(View.Events(3, 9));
    }

    [Fact]
    public void Slices_do_no_more_than_they_are_asked_for()
    {
        for (var put = 0; put < 500; put++)
        {
            _store.Put(new PutRequest(Bytes.FromUtf8($"key{put % 50}"), Bytes.FromUtf8("value")));
        }

        _store.Compact(_store.Revision);
        var slices = 1;
        while (_store.CompactSlice(20))
        {
            slices++;
        }

        Assert.InRange(slices, 20, 100);
        Assert.Equal(50, _store.Capture().Segments.Sum(segment => segment.LiveRecords));
    }

    [Fact]
    public void Rewrite_gives_the_space_of_garbage_back()
    {
        for (var put = 0; put < 500; put++)
        {
            _store.Put(new PutRequest(Bytes.FromUtf8($"key{put % 10}"), new byte[50]));
        }

        var before = View;
        _store.Compact(_store.Revision);
        Finish();
        var after = View;
        Assert.True(after.Size.TotalBytes < before.Size.TotalBytes / 10, $"{before.Size} became {after.Size}");
        Assert.Equal(before.HistoryHash, after.HistoryHash);
        Assert.Equal(10, after.Range(new RangeRequest { Key = new byte[1], RangeEnd = new byte[1] }).Kvs.Length);

        _storage.Retain(_storage.Flush(_store.Capture()));
        Assert.Equal(_store.Capture().Segments.Select(segment => segment.Id).Order(), _storage.Ids);
    }

    private static RangeRequest At(long revision) => new() { Key = Key, Revision = revision };

    private static void AssertRefused(EtcdError error, Action request) =>
        Assert.Equal(error, Assert.Throws<EtcdException>(request).Error);

    private static void AssertRefused(EtcdError error, Func<object> request) =>
        Assert.Equal(error, Assert.Throws<EtcdException>(request).Error);

    private string Value(RangeRequest request) =>
        new Bytes(KeyValue.Parse(View.Range(request).Kvs[0].Span).Value.ToArray()).ToString();

    private void Put(string value) => _store.Put(new PutRequest(Key, Bytes.FromUtf8(value)));

    private void Bystander() => _store.Put(new PutRequest(Bytes.FromUtf8("other"), Bytes.Empty));

    private void Delete() => Assert.Equal(1, _store.DeleteRange(new DeleteRangeRequest(Key)).Deleted);

    private void Finish()
    {
        while (_store.CompactSlice(10) || _store.RewriteSlice(10))
        {
        }
    }
}
