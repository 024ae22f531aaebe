using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

public class MvccStoreModelSpec
{
    private static readonly StoreSettings Small = new() { SegmentCapacity = 2048 };

    [Theory]
    [InlineData(1, 12, 600)]
    [InlineData(2, 3, 600)]
    [InlineData(3, 200, 900)]
    [InlineData(4, 12, 600)]
    [InlineData(5, 1, 400)]
    [InlineData(6, 60, 900)]
    public void Store_answers_like_the_model_at_every_revision(int seed, int keys, int steps)
    {
        var random = new Random(seed);
        var run = new Run(random, keys);
        for (var step = 0; step < steps; step++)
        {
            run.Step();
            run.CheckRandomly($"seed {seed}, step {step}");
        }

        run.CheckAll($"seed {seed}, end");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Store_recovered_from_a_flushed_manifest_equals_the_one_that_went_on(int seed)
    {
        var random = new Random(seed);
        var run = new Run(random, keys: 20);
        for (var step = 0; step < 40; step++)
        {
            for (var request = 0; request < 20; request++)
            {
                run.Step();
            }

            run.CrashAndRecover();
            run.CheckAll($"seed {seed}, step {step}");
        }
    }

    private sealed class Run(Random random, int keys)
    {
        private readonly RandomRequests _requests = new(random, keys);
        private readonly ModelStore _model = new();
        private readonly List<StoreView> _oldViews = [];
        private MemorySegmentStorage _storage = new();
        private MvccStore? _store;
        private long _index;

        private MvccStore Store => _store ??= new MvccStore(_storage, new AllLeases(), Small);

        public void Step()
        {
            switch (random.Next(20))
            {
                case < 9: Put(_requests.Put()); break;
                case < 13: Delete(_requests.Delete()); break;
                case < 16: Txn(); break;
                case < 17: Compact(); break;
                case < 18: Store.CompactSlice(random.Next(1, 20)); break;
                default: Store.RewriteSlice(random.Next(1, 30)); break;
            }

            if (random.Next(3) > 0)
            {
                Store.Publish(++_index, 1);
            }

            if (random.Next(10) == 0)
            {
                _storage.Retain(_storage.Flush(Store.Capture()));
            }

            if (random.Next(30) == 0)
            {
                _oldViews.Add(Store.View);
            }
        }

        public void CheckRandomly(string where)
        {
            Store.Publish(++_index, 1);
            for (var count = 0; count < 5; count++)
            {
                CheckRange(Store.View, _requests.Range(_model.CompactRevision, _model.Revision), where);
            }
        }

        public void CheckAll(string where)
        {
            Store.Publish(++_index, 1);
            CheckView(Store.View, where);
            foreach (var view in _oldViews)
            {
                CheckView(view, $"{where}, old view at {view.Revision}");
            }
        }

        public void CrashAndRecover()
        {
            while (random.Next(2) == 0 && Store.CompactSlice(5))
            {
            }

            var manifest = _storage.Flush(Store.Capture());
            Put(_requests.Put());
            _model.Rewind(manifest.Revision);
            _storage = _storage.Crash();
            _store = MvccStore.Recover(_storage, new AllLeases(), Small, manifest, _index, 1);
            _storage.DeleteOrphans(manifest);
            Assert.Equal(manifest.HistoryHash, _store.View.HistoryHash);
        }

        private void CheckView(StoreView view, string where)
        {
            var compact = view.CompactRevision;
            for (var revision = Math.Max(1, compact); revision <= view.Revision; revision++)
            {
                var range = new RangeRequest { Key = new byte[1], RangeEnd = new byte[1], Revision = revision };
                CheckRange(view, range, $"{where}, revision {revision}");
            }

            CheckEvents(view, Math.Max(1, compact + 1), where);
            CheckHash(view, compact, where);
        }

        private void CheckHash(StoreView view, long compact, string where)
        {
            var now = _model.CompactRevision;
            _model.CompactRevision = compact;
            var revision = random.NextInt64(Math.Max(1, compact), view.Revision + 1);
            var hash = view.HashKv(revision);
            Assert.True(
                hash == new KvHash(_model.HashKv(revision), compact, revision), $"{where}: hash at {revision}");
            _model.CompactRevision = now;
        }

        private void CheckEvents(StoreView view, long from, string where)
        {
            var expected = _model.Changes
                .Where(change => change.Revision.Main >= from && change.Revision.Main <= view.Revision)
                .Select(change => (change.Revision, change.Tombstone, Convert.ToHexString(change.Encode())));
            var actual = view.Events(from, long.MaxValue)
                .Select(record => (record.Revision, record.IsTombstone, Convert.ToHexString(record.Record.Span)));
            Assert.True(expected.SequenceEqual(actual), $"{where}: events from {from}");
        }

        private void CheckRange(StoreView view, RangeRequest request, string where)
        {
            var (kvs, more, count) = _model.Range(request, view.Revision);
            var result = view.Range(request);
            Assert.True(
                count == result.Count && more == result.More && view.Revision == result.Revision
                && kvs.Select(kv => Convert.ToHexString(kv.Encode(request.KeysOnly)))
                    .SequenceEqual(result.Kvs.Select(kv => Convert.ToHexString(kv.Span))),
                $"{where}: {request}: {result.Count}, {result.More}, {result.Kvs.Length} keys, "
                + $"should be {count}, {more}, {kvs.Count}");
        }

        private void Put(PutRequest put)
        {
            var previous = _model.At(put.Key, _model.Revision);
            _model.Put(put);
            _model.End();
            var result = Store.Put(put);
            Assert.Equal(_model.Revision, result.Revision);
            Assert.Equal(
                put.PrevKv && previous is not null ? Convert.ToHexString(previous.Encode()) : null,
                result.PrevKv is { } kv ? Convert.ToHexString(kv.Span) : null);
            CheckChange(previous, put);
        }

        private void CheckChange(ModelChange? previous, PutRequest put)
        {
            var change = Store.Changes[^1];
            Assert.Equal(_model.Changes[^1].Revision, change.Revision);
            Assert.Equal(put.Key, change.Key);
            Assert.Equal(previous is null, change.IsCreate);
            Assert.Equal(previous?.Lease ?? default, change.PreviousLease);
            Assert.Equal(_model.Changes[^1].Lease, change.NewLease);
        }

        private void Delete(DeleteRangeRequest delete)
        {
            var doomed = _model.Range(delete.Key, delete.RangeEnd, _model.Revision).Select(kv => kv.Encode()).ToList();
            Assert.Equal(doomed.Count, _model.Delete(delete));
            _model.End();
            var result = Store.DeleteRange(delete);
            Assert.Equal(_model.Revision, result.Revision);
            Assert.Equal(doomed.Count, result.Deleted);
            Assert.Equal(
                delete.PrevKv ? doomed.Select(Convert.ToHexString) : [],
                result.PrevKvs.Select(kv => Convert.ToHexString(kv.Span)));
        }

        private void Txn()
        {
            var operations = new List<RequestOp>();
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                operations.Add(random.Next(4) switch
                {
                    0 => _requests.Delete(),
                    1 => _requests.Range(_model.CompactRevision, _model.Revision),
                    2 => new TxnRequest([], [_requests.Put()], []),
                    _ => _requests.Put(),
                });
            }

            var key = _requests.Key();
            var version = _model.At(key, _model.Revision)?.Version ?? 0;
            var compare = new Compare(CompareResult.Equal, CompareTarget.Version, key, Number: random.Next(3));
            var succeeds = version == compare.Number;
            var request = new TxnRequest([compare], [.. operations], [operations[0]]);
            Apply(succeeds ? request.Success : request.Failure, out var expected);
            _model.End();
            var result = Store.Txn(request);
            Assert.Equal(_model.Revision, result.Revision);
            Assert.Equal(succeeds, result.Succeeded);
            Assert.Equal(expected, result.Responses.Select(response => response.Revision));
        }

        private void Apply(IEnumerable<RequestOp> operations, out List<long> revisions)
        {
            revisions = [];
            foreach (var operation in operations)
            {
                switch (operation)
                {
                    case PutRequest put: _model.Put(put); break;
                    case DeleteRangeRequest delete: _model.Delete(delete); break;
                    case TxnRequest nested: Apply(nested.Success, out _); break;
                }

                revisions.Add(operation is TxnRequest ? 0 : _model.Visible);
            }
        }

        private void Compact()
        {
            if (_model.Revision > Math.Max(1, _model.CompactRevision))
            {
                var revision = random.NextInt64(Math.Max(1, _model.CompactRevision + 1), _model.Revision + 1);
                Store.Compact(revision);
                _model.CompactRevision = revision;
            }
        }
    }
}
