using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>Which branch each transaction of a nest takes, in the order in which the transactions are met.</summary>
internal sealed class TxnPath
{
    private readonly List<bool> _outcomes = [];
    private int _position;

    private TxnPath()
    {
    }

    /// <summary>Asks all compares, those of nested transactions too, of the store as it is before any operation.</summary>
    public static TxnPath Of(TreeNode root, TxnRequest request)
    {
        var path = new TxnPath();
        path.Decide(root, request);
        return path;
    }

    public static ImmutableArray<RequestOp> OperationsOf(TxnRequest request, bool succeeded)
        => succeeded ? request.Success : request.Failure;

    public void Rewind() => _position = 0;

    public bool Next() => _outcomes[_position++];

    private void Decide(TreeNode root, TxnRequest request)
    {
        var succeeded = true;
        foreach (var compare in request.Compares)
        {
            if (!CompareEvaluation.Holds(root, compare))
            {
                succeeded = false;
                break;
            }
        }

        _outcomes.Add(succeeded);
        foreach (var operation in OperationsOf(request, succeeded))
        {
            if (operation is TxnRequest nested)
            {
                Decide(root, nested);
            }
        }
    }
}
