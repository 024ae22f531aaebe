using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The keys that a transaction may write, in either of its branches and at any depth.</summary>
internal static class TxnKeys
{
    public static bool HasWrites(TxnRequest request) => Written(request).Count > 0;

    public static List<KeyInterval> Written(TxnRequest request)
    {
        var written = new List<KeyInterval>();
        Collect(request, written);
        return written;
    }

    private static void Collect(TxnRequest request, List<KeyInterval> written)
    {
        foreach (var operation in request.Success.Concat(request.Failure))
        {
            switch (operation.RequestCase)
            {
                case RequestOp.RequestOneofCase.RequestPut:
                    written.Add(new KeyInterval(operation.RequestPut.Key, ByteString.Empty));
                    break;
                case RequestOp.RequestOneofCase.RequestDeleteRange:
                    written.Add(new KeyInterval(operation.RequestDeleteRange.Key, operation.RequestDeleteRange.RangeEnd));
                    break;
                case RequestOp.RequestOneofCase.RequestTxn:
                    Collect(operation.RequestTxn, written);
                    break;
                default:
                    break;
            }
        }
    }
}
