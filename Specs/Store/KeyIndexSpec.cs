using System.Globalization;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

public class KeyIndexSpec
{
    private static readonly StoreSettings Large = new() { SegmentCapacity = 1 << 20 };
    private static readonly RangeRequest Everything = new() { Key = new byte[1], RangeEnd = new byte[1] };

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 2000)]
    [InlineData(3, 20000)]
    public void Counts_and_order_hold_while_keys_come_and_go(int seed, int keys)
    {
        var random = new Random(seed);
        var store = new MvccStore(new MemorySegmentStorage(), new AllLeases(), Large);
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 20; round++)
        {
            var share = random.NextDouble();
            for (var step = 0; step < keys / 4; step++)
            {
                Change(store, expected, Name(random.Next(keys)), random.NextDouble() < share);
            }

            if (store.Revision > store.CompactRevision)
            {
                store.Compact(store.Revision);
            }

            while (store.CompactSlice(500))
            {
            }

            Check(store.Publish(round, 1).View, [.. expected], random, $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keys_in_order_fill_and_empty_the_tree(bool descending)
    {
        var store = new MvccStore(new MemorySegmentStorage(), new AllLeases(), Large);
        var names = Enumerable.Range(0, 5000).Select(Name).ToList();
        var order = descending ? Enumerable.Reverse(names) : names;
        foreach (var name in order)
        {
            store.Put(new PutRequest(Bytes.FromUtf8(name), Bytes.Empty));
        }

        Check(store.Publish(1, 1).View, names, new Random(1), "full");
        Assert.Equal(5000, store.DeleteRange(new DeleteRangeRequest(new byte[1], new byte[1])).Deleted);
        store.Put(new PutRequest(Bytes.FromUtf8("last"), Bytes.Empty));
        store.Compact(store.Revision);
        while (store.CompactSlice(1))
        {
        }

        Check(store.Publish(2, 1).View, ["last"], new Random(1), "empty");
    }

    [Fact]
    public async Task Readers_see_whole_batches_while_the_writer_goes_on()
    {
        // Every batch is a transaction that writes the same number to all keys; a compaction and a rewrite run along.
        var storage = new MemorySegmentStorage();
        var store = new MvccStore(storage, new AllLeases(), new StoreSettings { SegmentCapacity = 1 << 16 });
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntil(store, done.Token))).ToArray();
        for (var round = 1; round <= 3000; round++)
        {
            var value = Bytes.FromUtf8(round.ToString(CultureInfo.InvariantCulture));
            var puts = Enumerable.Range(0, 40).Select(key => new PutRequest(Bytes.FromUtf8(Name(key)), value));
            store.Txn(new TxnRequest([], [.. puts], []));
            store.Publish(round, 1);
            if (round % 50 == 0)
            {
                store.Compact(store.Revision - 20);
            }

            store.CompactSlice(100);
            store.RewriteSlice(200);
            store.Publish(round, 1);
            if (round % 100 == 0)
            {
                storage.Retain(storage.Flush(store.Capture()));
            }
        }

        await done.CancelAsync();
        var reads = await Task.WhenAll(readers);
        Assert.All(reads, count => Assert.True(count > 0, "a reader never read"));
        Assert.True(storage.Ids.Length < 20, $"{storage.Ids.Length} segments are left after the rewrites");
    }

    private static int ReadUntil(MvccStore store, CancellationToken done)
    {
        var random = new Random(5);
        var count = 0;
        while (!done.IsCancellationRequested || count == 0)
        {
            var view = store.View;
            if (view.Revision == 1)
            {
                continue;
            }

            var revision = random.NextInt64(Math.Max(2, view.CompactRevision), view.Revision + 1);
            var result = view.Range(Everything with { Revision = revision });
            Assert.Equal(40, result.Count);
            foreach (var record in result.Kvs)
            {
                var kv = KeyValue.Parse(record.Span);
                Assert.Equal(revision, kv.ModRevision);
                Assert.Equal(revision - 1, long.Parse(kv.Value, CultureInfo.InvariantCulture));
            }

            count++;
        }

        return count;
    }

    private static string Name(int number) => number.ToString("d8", CultureInfo.InvariantCulture);

    private static void Change(MvccStore store, SortedSet<string> expected, string name, bool put)
    {
        if (put)
        {
            store.Put(new PutRequest(Bytes.FromUtf8(name), Bytes.FromUtf8("v")));
            expected.Add(name);
        }
        else
        {
            var result = store.DeleteRange(new DeleteRangeRequest(Bytes.FromUtf8(name)));
            Assert.Equal(expected.Remove(name) ? 1 : 0, result.Deleted);
        }
    }

    private static void Check(StoreView view, List<string> expected, Random random, string where)
    {
        Assert.True(view.KeyCount == expected.Count, $"{where}: {view.KeyCount} keys, should be {expected.Count}");
        var all = view.Range(Everything).Kvs.Select(kv => new Bytes(KeyValue.Parse(kv.Span).Key.ToArray()).ToString());
        Assert.Equal(expected, all);
        for (var sample = 0; sample < 20; sample++)
        {
            var from = Name(random.Next(30000));
            var to = Name(random.Next(30000));
            var count = view.Range(new RangeRequest
            {
                Key = Bytes.FromUtf8(from),
                RangeEnd = Bytes.FromUtf8(to),
                CountOnly = true,
            }).Count;
            var should = expected.Count(name =>
                string.CompareOrdinal(name, from) >= 0 && string.CompareOrdinal(name, to) < 0);
            Assert.True(should == count, $"{where}: {count} keys from {from} to {to}, should be {should}");
        }
    }
}
