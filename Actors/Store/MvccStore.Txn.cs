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
        var path = TxnPath.Of(_index.Root, request);
        CheckTxn(request, path);
        path.Rewind();
        var result = Whole((request, path), static (store, txn) => store.ApplyTxn(txn.request, txn.path));
        result = result with { Revision = VisibleRevision };
        EndRequest();
        return result;
    }

    private void CheckTxn(TxnRequest request, TxnPath path)
    {
        foreach (var operation in TxnPath.OperationsOf(request, path.Next()))
        {
            switch (operation)
            {
                case PutRequest put:
                    CheckPreviousExists(put);
                    CheckLease(put);
                    break;
                case RangeRequest range:
                    TxnReads.CheckReadable(range, _revision, _compactRevision);
                    break;
                case TxnRequest nested:
                    CheckTxn(nested, path);
                    break;
                case EmptyOp:
                    throw new EtcdException(EtcdError.KeyNotFound);
            }
        }
    }

    private TxnResult ApplyTxn(TxnRequest request, TxnPath path)
    {
        var succeeded = path.Next();
        var operations = TxnPath.OperationsOf(request, succeeded);
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
}
