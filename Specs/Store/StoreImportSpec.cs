using ActorEtcd.Messages;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

/// <summary>The records of one store as the beginning of another.</summary>
public sealed class StoreImportSpec : IDisposable
{
    private static readonly StoreSettings Small = new() { SegmentCapacity = 2000 };

    private readonly TempDir _dir = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Imported_store_answers_as_the_original_at_every_revision(int seed)
    {
        var original = Original(seed);
        var view = original.View;
        var manifest = Import(view.Records(), view);
        Assert.True(manifest.Segments.Length >= 3, $"{manifest.Segments.Length} segments");

        var storage = new FileSegmentStorage(_dir.Path);
        var copy = MvccStore.Recover(storage, new AllLeases(), Small, manifest, appliedIndex: 7, appliedTerm: 2).View;
        Assert.Equal((7, 2), (copy.AppliedIndex, copy.AppliedTerm));
        Assert.Equal(view.KeyCount, copy.KeyCount);
        for (var revision = view.CompactRevision; revision <= view.Revision; revision++)
        {
            Assert.Equal(view.HashKv(revision), copy.HashKv(revision));
            Assert.Equal(At(view, revision), At(copy, revision));
        }

        Assert.Equal(
            view.Events(view.CompactRevision, view.Revision).Select(static record => record.Revision),
            copy.Events(copy.CompactRevision, copy.Revision).Select(static record => record.Revision));
    }

    [Fact]
    public void What_a_compaction_has_yet_to_take_out_is_left_out()
    {
        var original = Original(seed: 9, isCompacted: false).View;
        var compact = original.Revision - 20;
        var manifest = Import(original.Records(), original) with { CompactRevision = compact };
        var copy = MvccStore.Recover(new FileSegmentStorage(_dir.Path), new AllLeases(), Small, manifest, 1, 1).View;
        Assert.Throws<EtcdException>(() => copy.HashKv(compact - 1));
        for (var revision = compact; revision <= original.Revision; revision++)
        {
            Assert.Equal(At(original, revision), At(copy, revision));
        }
    }

    [Fact]
    public void Imported_store_goes_on_behind_its_last_revision()
    {
        var view = Original(seed: 4).View;
        var manifest = Import(view.Records(), view) with { Revision = view.Revision + 100, CompactRevision = view.Revision + 100 };
        var store = MvccStore.Recover(new FileSegmentStorage(_dir.Path), new AllLeases(), Small, manifest, 1, 1);
        Assert.Equal(At(view, view.Revision), At(store.View, view.Revision + 100));
        Assert.Equal(view.Revision + 101, store.Put(new PutRequest(Bytes.FromUtf8("k"), Bytes.FromUtf8("v"))).Revision);
    }

    [Fact]
    public void Records_out_of_order_are_a_broken_promise()
    {
        var import = new StoreImport(new MemorySegmentStorage(), Small);
        var records = Original(seed: 5).View.Records().Take(2).ToArray();
        import.Add(records[1]);
        Assert.Throws<InvariantViolatedException>(() => import.Add(records[0]));
    }

    public void Dispose() => _dir.Dispose();

    private static string[] At(StoreView view, long revision) =>
    [
        .. view.Range(new RangeRequest { Key = new byte[1], RangeEnd = new byte[1], Revision = revision })
            .Kvs.Select(static kv => Convert.ToHexString(kv.Span)),
    ];

    private StoreManifest Import(IEnumerable<StoreRecord> records, StoreView view)
    {
        var import = new StoreImport(new FileSegmentStorage(_dir.Path), Small);
        foreach (var record in records)
        {
            import.Add(record);
        }

        return import.Complete(view.Revision, view.CompactRevision);
    }

    private static MvccStore Original(int seed, bool isCompacted = true)
    {
        var store = new MvccStore(new MemorySegmentStorage(), new AllLeases(), Small);
        var requests = new RandomRequests(new Random(seed), keys: 30);
        for (var step = 0; step < 200; step++)
        {
            if (step % 5 == 4)
            {
                store.DeleteRange(requests.Delete());
            }
            else
            {
                store.Put(requests.Put());
            }

            if (isCompacted && step == 120)
            {
                store.Compact(store.Revision - 10);
                while (store.CompactSlice(10))
                {
                    // Until nothing is left to take out.
                }
            }
        }

        store.Publish(appliedIndex: 1, term: 1);
        return store;
    }
}
