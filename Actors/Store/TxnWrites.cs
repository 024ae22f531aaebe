using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>
/// The keys that a list of operations may put and the ranges that it may delete. They must not meet, except in the
/// two branches of one nested transaction, of which only one is taken.
/// </summary>
internal sealed class TxnWrites
{
    private readonly HashSet<Bytes> _puts = [];
    private readonly List<(Bytes Start, Bytes End)> _deletes = [];

    /// <summary>Throws DuplicateKey when the operations get in each other's way.</summary>
    public static TxnWrites Of(ImmutableArray<RequestOp> operations)
    {
        var writes = new TxnWrites();
        foreach (var delete in operations.OfType<DeleteRangeRequest>())
        {
            writes._deletes.Add((delete.Key, delete.RangeEnd));
        }

        foreach (var nested in operations.OfType<TxnRequest>())
        {
            writes.AddBranches(Of(nested.Success), Of(nested.Failure));
        }

        foreach (var put in operations.OfType<PutRequest>())
        {
            writes.AddPut(put.Key, isInOtherBranch: false);
        }

        return writes;
    }

    private void AddBranches(TxnWrites success, TxnWrites failure)
    {
        foreach (var key in success._puts)
        {
            AddPut(key, isInOtherBranch: false);
        }

        foreach (var key in failure._puts)
        {
            AddPut(key, success._puts.Contains(key));
        }

        _deletes.AddRange(success._deletes);
        _deletes.AddRange(failure._deletes);
    }

    private void AddPut(Bytes key, bool isInOtherBranch)
    {
        var isNew = _puts.Add(key);
        if ((!isNew && !isInOtherBranch) || IsDeleted(key))
        {
            throw new EtcdException(EtcdError.DuplicateKey);
        }
    }

    private bool IsDeleted(Bytes key)
    {
        foreach (var (start, end) in _deletes)
        {
            if (new KeyRange(start, end).Contains(key.Span) && !IsOpenEnd(end))
            {
                return true;
            }
        }

        return false;
    }

    // etcd compares the end as it is here, so that a delete up to the end of the key space meets no put.
    private static bool IsOpenEnd(Bytes end) => end.Span is [0];
}
