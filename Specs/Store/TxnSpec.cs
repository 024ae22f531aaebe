using System.Text;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

public class TxnSpec
{
    private readonly MvccStore _store = new(
        new MemorySegmentStorage(), new AllLeases(), new StoreSettings { SegmentCapacity = 10_000 });

    [Fact]
    public void Operations_see_what_came_before_and_share_one_revision()
    {
        Put("b", "old");
        var result = Txn(
            Range("a"),
            Put("a", "1", apply: false),
            Range("a"),
            new DeleteRangeRequest(Bytes.FromUtf8("b"), PrevKv: true),
            Range("a", "z"),
            new DeleteRangeRequest(Bytes.FromUtf8("nothing")));

        Assert.Equal([2, 3, 3, 3, 3, 3], result.Responses.Select(response => response.Revision));
        Assert.Equal(3, result.Revision);
        Assert.Equal(0, ((RangeResult)result.Responses[0]).Count);
        Assert.Equal(1, ((RangeResult)result.Responses[2]).Count);
        Assert.Equal(1, ((RangeResult)result.Responses[4]).Count);
        Assert.Equal([new Revision(2, 0), new Revision(3, 0), new Revision(3, 1)],
            _store.Changes.Select(change => change.Revision));
    }

    [Fact]
    public void Deletion_of_a_key_that_the_same_txn_put_tells_what_was_there_before_both()
    {
        Put("a", "old");
        Txn(Put("a", "1", apply: false), Put("b", "1", apply: false), new DeleteRangeRequest(Bytes.FromUtf8("a"), new byte[1]));

        var deletions = _store.Changes.Where(change => change.IsTombstone).ToArray();
        Assert.Equal("old", Encoding.UTF8.GetString(KeyValue.Parse(deletions[0].PreviousRecord.Span).Value));
        Assert.True(deletions[1].PreviousRecord.IsEmpty);
    }

    [Fact]
    public void Txn_that_changes_nothing_keeps_the_revision()
    {
        Put("a", "1");
        var result = Txn(Range("a"), new DeleteRangeRequest(Bytes.FromUtf8("b")));
        Assert.Equal(2, result.Revision);
        Assert.Equal(2, _store.Revision);
    }

    [Fact]
    public void Refused_txn_changes_nothing()
    {
        Put("a", "1");
        _store.Compact(2);
        var first = Put("b", "1", apply: false);
        var put = Put("c", "", apply: false);
        AssertRefused(EtcdError.LeaseNotFound, first, put with { Lease = new LeaseId(1000) });
        AssertRefused(EtcdError.KeyNotFound, first, put with { IgnoreValue = true });
        AssertRefused(EtcdError.KeyNotFound, first, put with { IgnoreLease = true });
        AssertRefused(EtcdError.FutureRev, first, Range("a") with { Revision = 3 });
        AssertRefused(EtcdError.Compacted, first, Range("a") with { Revision = 1 });
        AssertRefused(EtcdError.Compacted, Range("a") with { Revision = -1 });
        Assert.Equal(2, _store.Revision);
        Assert.Single(_store.Changes);
    }

    [Fact]
    public void Nested_compares_look_at_the_store_before_the_txn()
    {
        var nested = new TxnRequest([Exists("a")], [Put("yes", "", apply: false)], [Put("no", "", apply: false)]);
        var result = Txn(Put("a", "1", apply: false), nested);
        Assert.False(((TxnResult)result.Responses[1]).Succeeded);
        Assert.Equal(0, result.Responses[1].Revision);
        Assert.Equal(["a", "no"], _store.Changes.Select(change => change.Key.ToString()));
    }

    [Theory]
    [InlineData(CompareTarget.Version, CompareResult.Equal, 0, true)]
    [InlineData(CompareTarget.Version, CompareResult.Greater, 0, false)]
    [InlineData(CompareTarget.Create, CompareResult.Equal, 0, true)]
    [InlineData(CompareTarget.Mod, CompareResult.Less, 1, true)]
    [InlineData(CompareTarget.Lease, CompareResult.Equal, 0, true)]
    [InlineData(CompareTarget.Lease, CompareResult.NotEqual, 0, false)]
    [InlineData(CompareTarget.Value, CompareResult.Equal, 0, false)]
    [InlineData(CompareTarget.Value, CompareResult.NotEqual, 0, false)]
    public void Missing_key_compares_as_zeros_except_its_value(
        CompareTarget target, CompareResult result, long number, bool holds)
    {
        var compare = new Compare(result, target, Bytes.FromUtf8("missing"), number);
        Assert.Equal(holds, _store.Txn(new TxnRequest([compare], [], [])).Succeeded);
    }

    [Theory]
    [InlineData("v", true)]
    [InlineData("w", false)]
    public void Compare_of_a_range_must_hold_for_all_its_keys(string last, bool holds)
    {
        Put("a", "v");
        Put("b", "v");
        Put("c", last);
        var compare = new Compare(
            CompareResult.Equal,
            CompareTarget.Value,
            Bytes.FromUtf8("a"),
            Value: Bytes.FromUtf8("v"),
            RangeEnd: new byte[1]);
        Assert.Equal(holds, _store.Txn(new TxnRequest([compare], [], [])).Succeeded);
    }

    [Fact]
    public void Put_that_ignores_value_or_lease_keeps_what_was_there()
    {
        var key = Bytes.FromUtf8("a");
        _store.Put(new PutRequest(key, Bytes.FromUtf8("v"), new LeaseId(7)));
        _store.Put(new PutRequest(key, Bytes.Empty, new LeaseId(8), IgnoreValue: true));
        AssertStored("v", 8);
        _store.Put(new PutRequest(key, Bytes.FromUtf8("w"), IgnoreLease: true));
        AssertStored("w", 8);
        _store.Put(new PutRequest(key, Bytes.FromUtf8("w")));
        AssertStored("w", 0);
    }

    [Fact]
    public void Keys_of_a_lease_go_in_one_revision_in_order()
    {
        Put("a", "");
        Put("b", "");
        Put("c", "");
        var result = _store.DeleteKeys([Bytes.FromUtf8("c"), Bytes.FromUtf8("x"), Bytes.FromUtf8("a")]);
        Assert.Equal((5, 2), (result.Revision, result.Deleted));
        Assert.Equal(["a", "c"], _store.Changes.TakeLast(2).Select(change => change.Key.ToString()));
        Assert.Equal(new Revision(5, 1), _store.Changes[^1].Revision);
    }

    private static Compare Exists(string key) =>
        new(CompareResult.Greater, CompareTarget.Version, Bytes.FromUtf8(key));

    private static RangeRequest Range(string key, string end = "") =>
        new() { Key = Bytes.FromUtf8(key), RangeEnd = Bytes.FromUtf8(end) };

    private PutRequest Put(string key, string value, bool apply = true)
    {
        var put = new PutRequest(Bytes.FromUtf8(key), Bytes.FromUtf8(value));
        if (apply)
        {
            _store.Put(put);
        }

        return put;
    }

    private TxnResult Txn(params RequestOp[] operations) => _store.Txn(new TxnRequest([], [.. operations], []));

    private void AssertRefused(EtcdError error, params RequestOp[] operations) =>
        Assert.Equal(error, Assert.Throws<EtcdException>(() => Txn(operations)).Error);

    private void AssertStored(string value, long lease)
    {
        var kv = KeyValue.Parse(_store.Publish(1, 1).View.Range(Range("a")).Kvs[0].Span);
        Assert.Equal((value, lease), (new Bytes(kv.Value.ToArray()).ToString(), kv.Lease.Value));
    }
}
