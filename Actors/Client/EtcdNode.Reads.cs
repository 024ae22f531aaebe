using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Auth;
using ActorEtcd.Messages;

namespace ActorEtcd.Client;

/// <summary>
/// Large reads take turns. A read runs on its request's own thread, one of the pool's, and the actors run there too: some
/// reads of hundreds of thousands of keys at the same time would leave them none for as long as that takes, heartbeats
/// included.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to be freed.")]
public sealed partial class EtcdNode
{
    /// <summary>Keys from which on a read waits for its turn; below, it takes less than a few milliseconds.</summary>
    private const long LargeReadKeys = 10_000;

    /// <summary>One processor stays free of large reads, if there are several.</summary>
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount - 1));

    private ValueTask<TResult> ReadInTurnAsync<TRequest, TResult>(
        TRequest request, Func<EtcdNode, TRequest, TResult> read, Credentials credentials)
        where TRequest : RequestOp
        => KeysOf(request) < LargeReadKeys ? ReadAsync(request, read, credentials) : ReadLargeAsync(request, read, credentials);

    private async ValueTask<TResult> ReadLargeAsync<TRequest, TResult>(
        TRequest request, Func<EtcdNode, TRequest, TResult> read, Credentials credentials)
        where TRequest : RequestOp
    {
        await _turns.WaitAsync().ConfigureAwait(false);
        try
        {
            return await ReadAsync(request, read, credentials).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>How many keys the request looks at, as of now and about: counting them takes next to nothing.</summary>
    private long KeysOf(RequestOp request) => request switch
    {
        RangeRequest { RangeEnd.IsEmpty: true } or RangeRequest { CountOnly: true, Revision: <= 0 } => 1,
        RangeRequest { Limit: > 0 and < LargeReadKeys, SortOrder: SortOrder.None } range when !HasFilters(range) => range.Limit,
        RangeRequest range => View.Range(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, CountOnly = true }).Count,
        TxnRequest txn => txn.Success.Sum(KeysOf) + txn.Failure.Sum(KeysOf),
        _ => 1,
    };

    private static bool HasFilters(RangeRequest range)
        => range.MinModRevision != 0 || range.MaxModRevision != 0 || range.MinCreateRevision != 0 || range.MaxCreateRevision != 0;
}
