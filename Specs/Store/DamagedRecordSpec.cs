using System.Collections.Immutable;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Store;

/// <summary>
/// A store whose records are changed by the disk at any moment, and its twin on a sound one: whoever meets a damaged record is
/// told so and leaves the store as it was, so that after the mend both go on alike.
/// </summary>
public sealed class DamagedRecordSpec(ITestOutputHelper output)
{
    private const int Requests = 400;

    private static readonly StoreSettings Small = new() { SegmentCapacity = 1500 };
    private static readonly RangeRequest Everything = new() { Key = new byte[1], RangeEnd = new byte[1] };

    private readonly RottingStorage _storage = new();
    private int _met;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void What_meets_a_damaged_record_changes_nothing_and_is_done_when_it_is_mended(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var requests = new RandomRequests(random, keys: 20);
        var rotting = new MvccStore(_storage, new AllLeases(), Small);
        var sound = new MvccStore(new MemorySegmentStorage(), new AllLeases(), Small);
        for (var index = 1; index <= Requests; index++)
        {
            var request = Next(random, requests, sound);
            var expected = Do(sound, request);
            Assert.Equal(expected, DoDamaged(rotting, request, random, index));
            var view = rotting.Publish(index, 1).View;
            var twin = sound.Publish(index, 1).View;
            Assert.Equal((twin.Revision, twin.HistoryHash, sound.WrittenSum), (view.Revision, view.HistoryHash, rotting.WrittenSum));
            Assert.Equal(Texts(twin.Range(Everything).Kvs), Texts(view.Range(Everything).Kvs));
        }

        Assert.Equal(Drained(sound).HashKv(0), Drained(rotting).HashKv(0));
        output.WriteLine($"{_met} damaged records were met");
        Assert.True(_met > 10, $"only {_met} damaged records were met");
    }

    private static object Next(Random random, RandomRequests requests, MvccStore store) => random.Next(10) switch
    {
        < 3 => requests.Put(),
        3 => requests.Delete(),
        < 7 => TxnOf(requests, store, random.Next(2, 6)),
        7 => new CompactionRequest(random.NextInt64(Math.Max(1, store.Revision - 30), store.Revision + 1)),
        8 => "compact",
        _ => "rewrite",
    };

    private static TxnRequest TxnOf(RandomRequests requests, MvccStore store, int count) => new(
        [],
        [
            requests.Delete(),
            .. Enumerable.Range(0, count).Select(_ => (RequestOp)requests.Put()).DistinctBy(static put => ((PutRequest)put).Key),
            requests.Range(store.CompactRevision, store.Revision) with { Revision = 0 },
        ],
        []);

    private string DoDamaged(MvccStore store, object request, Random random, int index)
    {
        var before = (store.Revision, store.WrittenSum, store.Changes.Count);
        for (var rot = random.Next(12); rot > 0; rot--)
        {
            _storage.Rot(random);
        }

        try
        {
            return Do(store, request);
        }
        catch (SegmentDamagedException damage)
        {
            _met++;
            Assert.True(damage.SegmentId > 0, damage.Message);
            Assert.Equal(before, (store.Revision, store.WrittenSum, store.Changes.Count));
            store.Publish(index - 1, 1);
            _storage.Mend();
            return Do(store, request);
        }
        finally
        {
            _storage.Mend();
        }
    }

    // Slices give way at damage with part of their work done; what is left is done later, so they say nothing.
    private static string Do(MvccStore store, object request)
    {
        switch (request)
        {
            case PutRequest put:
                return Texts(store.Put(put).PrevKv is { } previous ? [previous] : []);
            case DeleteRangeRequest delete:
                return Texts(store.DeleteRange(delete).PrevKvs);
            case TxnRequest txn:
                return string.Join('|', store.Txn(txn).Responses.Select(static response => response switch
                {
                    RangeResult range => Texts(range.Kvs),
                    DeleteRangeResult deleted => $"{deleted.Deleted} {Texts(deleted.PrevKvs)}",
                    _ => string.Empty,
                }));
            case CompactionRequest compaction:
                return compaction.Revision > store.CompactRevision ? $"{store.Compact(compaction.Revision)}" : "compacted";
            case "compact":
                store.CompactSlice(20);
                return string.Empty;
            default:
                store.RewriteSlice(20);
                return string.Empty;
        }
    }

    private static StoreView Drained(MvccStore store)
    {
        store.Compact(store.Revision);
        while (store.CompactSlice(100) || store.RewriteSlice(100))
        {
        }

        return store.Publish(Requests + 1, 1).View;
    }

    private static string Texts(ImmutableArray<ReadOnlyMemory<byte>> records)
        => records.IsDefault ? string.Empty : string.Join(' ', records.Select(static record => Convert.ToHexString(record.Span)));
}
