using System.Collections.Immutable;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Store;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.Watch;

/// <summary>Batches of puts, deletes, transactions and compactions.</summary>
internal sealed class RandomCommands(Random random)
{
    private readonly RandomRequests _requests = new(random);

    public RaftCommand[] Batch(MvccStore store)
        => [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Command(store))];

    private RaftCommand Command(MvccStore store) => random.Next(12) switch
    {
        < 6 => Put(),
        < 8 => _requests.Delete(),
        < 11 => new TxnRequest([], Operations(), []),
        _ when store.Revision > 40 => new CompactionRequest(random.NextInt64(store.Revision - 40, store.Revision + 1)),
        _ => Put(),
    };

    private PutRequest Put() => _requests.Put() with { Lease = LeaseId.None };

    private ImmutableArray<RequestOp> Operations() =>
    [
        .. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Put()).DistinctBy(put => put.Key).Select(put => (RequestOp)put),
        new DeleteRangeRequest(Bytes.FromUtf8("x"), Bytes.FromUtf8("y")),
    ];
}
