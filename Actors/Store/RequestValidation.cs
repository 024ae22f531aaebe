using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>
/// What can be said of a request without looking at the store: done at the edge, before a request is proposed.
/// Throws <see cref="EtcdException"/>.
/// </summary>
public static class RequestValidation
{
    public static void Check(RangeRequest request)
    {
        RequireKey(request.Key);
        if (!Enum.IsDefined(request.SortOrder) || !Enum.IsDefined(request.SortTarget))
        {
            throw new EtcdException(EtcdError.InvalidSortOption);
        }
    }

    public static void Check(PutRequest request)
    {
        RequireKey(request.Key);
        if (request.IgnoreValue && !request.Value.IsEmpty)
        {
            throw new EtcdException(EtcdError.ValueProvided);
        }

        if (request.IgnoreLease && !request.Lease.IsNone)
        {
            throw new EtcdException(EtcdError.LeaseProvided);
        }
    }

    public static void Check(DeleteRangeRequest request) => RequireKey(request.Key);

    /// <summary>
    /// Checks all operations, then that no key is put twice, or put and deleted. Each level of nesting may hold as
    /// many operations as the levels above have left of <paramref name="opsMax"/>.
    /// </summary>
    public static void Check(TxnRequest request, int opsMax)
    {
        CheckOperations(request, opsMax);
        _ = TxnWrites.Of(request.Success);
        _ = TxnWrites.Of(request.Failure);
    }

    private static void CheckOperations(TxnRequest request, int opsMax)
    {
        var widest = Math.Max(request.Compares.Length, Math.Max(request.Success.Length, request.Failure.Length));
        if (widest > opsMax)
        {
            throw new EtcdException(EtcdError.TooManyOps);
        }

        foreach (var compare in request.Compares)
        {
            RequireKey(compare.Key);
        }

        CheckAll(request.Success, opsMax - widest);
        CheckAll(request.Failure, opsMax - widest);
    }

    private static void CheckAll(ImmutableArray<RequestOp> operations, int opsMax)
    {
        foreach (var operation in operations)
        {
            switch (operation)
            {
                case RangeRequest range: Check(range); break;
                case PutRequest put: Check(put); break;
                case DeleteRangeRequest delete: Check(delete); break;
                case TxnRequest nested: CheckOperations(nested, opsMax); break;
                default: throw new EtcdException(EtcdError.KeyNotFound);
            }
        }
    }

    private static void RequireKey(Bytes key)
    {
        if (key.IsEmpty)
        {
            throw new EtcdException(EtcdError.EmptyKey);
        }
    }
}
