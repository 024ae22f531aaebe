using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// etcd sorts with an unstable sort: which of several equal pairs comes first is undefined beyond a dozen of them, and
/// so is which of them a limit cuts off. Puts equal pairs in the order of their keys, and forgets which ones were cut.
/// </summary>
internal static class TieOrder
{
    /// <summary>Up to so many elements Go's sort is an insertion sort, which is stable.</summary>
    private const long StableUpTo = 12;

    public static void Settle(IMessage request, IMessage response)
    {
        switch (request, response)
        {
            case (RangeRequest range, RangeResponse answer):
                Settle(range, answer);
                break;
            case (TxnRequest txn, TxnResponse answer):
                Settle(txn, answer);
                break;
            default:
                break;
        }
    }

    private static void Settle(TxnRequest txn, TxnResponse answer)
    {
        foreach ((RequestOp asked, ResponseOp got) in (answer.Succeeded ? txn.Success : txn.Failure).Zip(answer.Responses))
        {
            if (asked.RequestRange != null && got.ResponseRange != null)
            {
                Settle(asked.RequestRange, got.ResponseRange);
            }
            else if (asked.RequestTxn != null && got.ResponseTxn != null)
            {
                Settle(asked.RequestTxn, got.ResponseTxn);
            }
        }
    }

    private static void Settle(RangeRequest range, RangeResponse answer)
    {
        bool sortsFewOnly = range.SortOrder == RangeRequest.Types.SortOrder.None && range.Limit is > 0 and < StableUpTo
            && range is { MinModRevision: 0, MaxModRevision: 0, MinCreateRevision: 0, MaxCreateRevision: 0 };
        if (range.SortTarget == RangeRequest.Types.SortTarget.Key
            || answer.Count <= StableUpTo || answer.Kvs.Count == 0 || sortsFewOnly)
        {
            return;
        }

        var settled = new List<KeyValue>();
        var run = new List<KeyValue>();
        foreach (KeyValue pair in answer.Kvs)
        {
            if (run.Count > 0 && !ValueOf(range, run[0]).Equals(ValueOf(range, pair)))
            {
                settled.AddRange(run.OrderBy(tied => tied.Key.ToBase64(), StringComparer.Ordinal));
                run.Clear();
            }

            run.Add(pair);
        }

        settled.AddRange(answer.More
            ? run.Select(pair => new KeyValue { Value = ByteString.CopyFromUtf8($"tied at {ValueOf(range, pair)}") })
            : run.OrderBy(tied => tied.Key.ToBase64(), StringComparer.Ordinal));
        answer.Kvs.Clear();
        answer.Kvs.Add(settled);
    }

    private static object ValueOf(RangeRequest range, KeyValue pair)
    {
        return range.SortTarget switch
        {
            RangeRequest.Types.SortTarget.Version => pair.Version,
            RangeRequest.Types.SortTarget.Create => pair.CreateRevision,
            RangeRequest.Types.SortTarget.Mod => pair.ModRevision,
            _ => pair.Value.ToBase64(),
        };
    }
}
