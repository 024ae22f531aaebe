using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

// Transactions in three steps, as etcd takes them: all compares (of nested transactions too) against the store as it
// was before, then all checks, then the operations, which see each other's changes and share one main revision.
public sealed partial class MvccStore
{
    /// <summary>
    /// Carries a validated transaction out. The result of a nested transaction has no revision (0), as in etcd.
    /// </summary>
    public TxnResult Txn(TxnRequest request)
    {
        var path = new TxnPath();
        Decide(request, path);
        path.Rewind();
        CheckTxn(request, path);
        path.Rewind();
        var result = ApplyTxn(request, path);
        result = result with { Revision = VisibleRevision };
        EndRequest();
        return result;
    }

    private void Decide(TxnRequest request, TxnPath path)
    {
        var succeeded = true;
        foreach (var compare in request.Compares)
        {
            if (!CompareEvaluation.Holds(_index.Root, compare))
            {
                succeeded = false;
                break;
            }
        }

        path.Add(succeeded);
        foreach (var operation in OperationsOf(request, succeeded))
        {
            if (operation is TxnRequest nested)
            {
                Decide(nested, path);
            }
        }
    }

    private void CheckTxn(TxnRequest request, TxnPath path)
    {
        foreach (var operation in OperationsOf(request, path.Next()))
        {
            switch (operation)
            {
                case PutRequest put:
                    CheckPreviousExists(put);
                    CheckLease(put);
                    break;
                case RangeRequest range:
                    CheckRange(range);
                    break;
                case TxnRequest nested:
                    CheckTxn(nested, path);
                    break;
                case EmptyOp:
                    throw new EtcdException(EtcdError.KeyNotFound);
            }
        }
    }

    // Stricter than a range on its own: a negative revision below the compact revision is refused, not ignored.
    private void CheckRange(RangeRequest range)
    {
        if (range.Revision > _revision)
        {
            throw new EtcdException(EtcdError.FutureRev);
        }

        if (range.Revision != 0 && range.Revision < _compactRevision)
        {
            throw new EtcdException(EtcdError.Compacted);
        }
    }

    private TxnResult ApplyTxn(TxnRequest request, TxnPath path)
    {
        var succeeded = path.Next();
        var operations = OperationsOf(request, succeeded);
        var responses = ImmutableArray.CreateBuilder<OpResult>(operations.Length);
        foreach (var operation in operations)
        {
            responses.Add(operation switch
            {
                RangeRequest range => Range(range),
                PutRequest put => ApplyPut(put),
                DeleteRangeRequest delete => ApplyDeleteRange(delete),
                TxnRequest nested => ApplyTxn(nested, path),
                _ => throw new EtcdException(EtcdError.KeyNotFound),
            });
        }

        return new TxnResult(Revision: 0, succeeded, responses.MoveToImmutable());
    }

    private static ImmutableArray<RequestOp> OperationsOf(TxnRequest request, bool succeeded) =>
        succeeded ? request.Success : request.Failure;

    /// <summary>The outcomes of the compares, in the order in which the transactions are met.</summary>
    private sealed class TxnPath
    {
        private readonly List<bool> _outcomes = [];
        private int _position;

        public void Add(bool succeeded) => _outcomes.Add(succeeded);

        public void Rewind() => _position = 0;

        public bool Next() => _outcomes[_position++];
    }
}
