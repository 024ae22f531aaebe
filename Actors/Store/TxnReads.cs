using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>
/// Transactions that write nothing (etcd: <c>IsTxnReadonly</c>): they need no log, but are read from one view. Unlike
/// etcd's, they may hold nested transactions, as long as those only read too.
/// </summary>
public static class TxnReads
{
    /// <summary>Whether neither branch can change anything.</summary>
    public static bool IsReadOnly(TxnRequest request)
        => OperationsOf(request).All(static operation => operation switch
        {
            RangeRequest => true,
            TxnRequest nested => IsReadOnly(nested),
            _ => false,
        });

    /// <summary>
    /// Whether all its ranges allow an old state, so that the compares may see one too. A transaction without a range
    /// says nothing of the kind.
    /// </summary>
    public static bool IsSerializable(TxnRequest request)
    {
        var ranges = RangesOf(request).ToArray();
        return ranges.Length > 0 && ranges.All(static range => range.Serializable);
    }

    /// <summary>Evaluates a transaction that only reads. The result of a nested one has no revision (0), as in etcd.</summary>
    internal static TxnResult Run(TreeNode root, TxnRequest request, long revision, long compactRevision)
    {
        var path = TxnPath.Of(root, request);
        return Answer(request) with { Revision = revision };

        TxnResult Answer(TxnRequest txn)
        {
            var succeeded = path.Next();
            var operations = TxnPath.OperationsOf(txn, succeeded);
            var responses = ImmutableArray.CreateBuilder<OpResult>(operations.Length);
            foreach (var operation in operations)
            {
                responses.Add(operation is TxnRequest nested
                    ? Answer(nested)
                    : Read((RangeRequest)operation));
            }

            return new TxnResult(Revision: 0, succeeded, responses.MoveToImmutable());
        }

        RangeResult Read(RangeRequest range)
        {
            CheckReadable(range, revision, compactRevision);
            return RangeEvaluation.Run(root, range, revision, compactRevision);
        }
    }

    /// <summary>
    /// Stricter than a range on its own: in a transaction a negative revision below the compact revision is refused, not
    /// ignored.
    /// </summary>
    internal static void CheckReadable(RangeRequest range, long revision, long compactRevision)
    {
        if (range.Revision > revision)
        {
            throw new EtcdException(EtcdError.FutureRev);
        }

        if (range.Revision != 0 && range.Revision < compactRevision)
        {
            throw new EtcdException(EtcdError.Compacted);
        }
    }

    private static IEnumerable<RequestOp> OperationsOf(TxnRequest request) => request.Success.Concat(request.Failure);

    private static IEnumerable<RangeRequest> RangesOf(TxnRequest request)
        => OperationsOf(request).SelectMany(static operation => operation switch
        {
            RangeRequest range => [range],
            TxnRequest nested => RangesOf(nested),
            _ => [],
        });
}
