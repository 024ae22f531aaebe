using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>
/// One attempt at a write, in a transaction that does it only while nobody else owns what is written.
/// Invariant: it can happen only as long as every key that it names has no leasing key, or the very one that this proxy
/// knew when it was composed; so one that is believed lost and happens late finds no cache that it would make wrong.
/// </summary>
internal sealed class GuardedWrite
{
    private const int ListedMax = 200;

    private readonly RequestOp _operation;
    private readonly BegunWrite _begun;
    private readonly List<KeyInterval?> _listed = [];

    /// <param name="operation">What the client asked for.</param>
    /// <param name="written">The keys that it may write.</param>
    /// <param name="begun">What of them is owned.</param>
    /// <param name="ownRanges">Ranges in which leasing keys of this proxy are; they go with the write.</param>
    /// <param name="newest">No leasing key that this proxy knows of is newer.</param>
    /// <param name="leasingKeys">From keys to leasing keys.</param>
    public GuardedWrite(
        RequestOp operation, IReadOnlyList<KeyInterval> written, BegunWrite begun, HashSet<KeyInterval> ownRanges, long newest, KeyNamespace leasingKeys)
    {
        (_operation, _begun) = (operation, begun);
        Request = new TxnRequest { Success = { operation.Clone() } };
        foreach (var owned in begun.Touched)
        {
            Request.Success.Add(new RequestOp { RequestRange = new RangeRequest { Key = owned.Key, KeysOnly = IsValueKnown } });
        }

        KeyInterval[] ranges = [.. written.Where(static keys => !keys.IsPoint).Distinct()];
        foreach (var range in ranges)
        {
            Guard(range, leasingKeys.In(range), ownRanges.Contains(range), newest);
        }

        foreach (var point in written.Where(keys => keys.IsPoint && !ranges.Any(range => range.Contains(keys.Key))).Distinct())
        {
            var revision = begun.Touched.FirstOrDefault(owned => owned.Key.Equals(point.Key))?.Revision ?? 0;
            var leasing = leasingKeys.In(point);
            Request.Compare.Add(LeasingTxn.CreatedBelow(leasing, revision + 1));
            List(leasing, null);
        }
    }

    public TxnRequest Request { get; }

    private bool IsValueKnown => _operation.RequestPut is { IgnoreValue: false };

    /// <summary>Of an attempt that succeeded: what it has left of the owned keys.</summary>
    public IEnumerable<(OwnedKey Owned, KeyValue? Pair)> Left(TxnResponse answer)
        => _begun.Touched.Select((owned, i) => (owned, Left(answer.Responses[i + 1].ResponseRange)));

    /// <summary>Of an attempt that did not: the leasing keys that are there, and the range in which each was found, if any.</summary>
    public IEnumerable<(KeyInterval? Range, KeyValue Leasing)> Found(TxnResponse answer)
        => answer.Responses.SelectMany((response, i) => response.ResponseRange.Kvs.Select(leasing => (_listed[i], leasing)));

    private KeyValue? Left(RangeResponse read)
    {
        if (read.Kvs.Count == 0)
        {
            return null;
        }

        var pair = read.Kvs[0];
        if (IsValueKnown)
        {
            pair.Value = _operation.RequestPut.Value;
        }

        return pair;
    }

    private void Guard(KeyInterval range, KeyInterval leasing, bool hasOwn, long newest)
    {
        if (!hasOwn)
        {
            Request.Compare.Add(LeasingTxn.CreatedBelow(leasing, 1));
        }
        else
        {
            Request.Compare.Add(LeasingTxn.LeaseIs(leasing, _begun.Lease));
            Request.Compare.Add(LeasingTxn.CreatedBelow(leasing, newest + 1));
            Request.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = leasing.Key, RangeEnd = leasing.End } });
        }

        List(leasing, range);
    }

    private void List(KeyInterval leasing, KeyInterval? range)
    {
        Request.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = leasing.Key, RangeEnd = leasing.End, Limit = ListedMax } });
        _listed.Add(range);
    }
}
