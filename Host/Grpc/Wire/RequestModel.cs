using ActorEtcd.Messages;
using Google.Protobuf;
using Pb = ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>The store's requests out of parsed messages. Keys and values share the messages' memory.</summary>
public static class RequestModel
{
    public static RangeRequest Of(Pb.RangeRequest range) => new()
    {
        Key = Of(range.Key),
        RangeEnd = Of(range.RangeEnd),
        Limit = range.Limit,
        Revision = range.Revision,
        SortOrder = (SortOrder)range.SortOrder,
        SortTarget = (SortTarget)range.SortTarget,
        Serializable = range.Serializable,
        KeysOnly = range.KeysOnly,
        CountOnly = range.CountOnly,
        MinModRevision = range.MinModRevision,
        MaxModRevision = range.MaxModRevision,
        MinCreateRevision = range.MinCreateRevision,
        MaxCreateRevision = range.MaxCreateRevision,
    };

    public static PutRequest Of(Pb.PutRequest put) =>
        new(Of(put.Key), Of(put.Value), new LeaseId(put.Lease), put.PrevKv, put.IgnoreValue, put.IgnoreLease);

    public static DeleteRangeRequest Of(Pb.DeleteRangeRequest delete) =>
        new(Of(delete.Key), Of(delete.RangeEnd), delete.PrevKv);

    /// <exception cref="GrpcStatusException">An operation says nothing; etcd answers "key not found".</exception>
    public static TxnRequest Of(Pb.TxnRequest txn) => new(
        [.. txn.Compare.Select(Of)],
        [.. txn.Success.Select(Of)],
        [.. txn.Failure.Select(Of)]);

    private static RequestOp Of(Pb.RequestOp op) => op.RequestCase switch
    {
        Pb.RequestOp.RequestOneofCase.RequestRange => Of(op.RequestRange),
        Pb.RequestOp.RequestOneofCase.RequestPut => Of(op.RequestPut),
        Pb.RequestOp.RequestOneofCase.RequestDeleteRange => Of(op.RequestDeleteRange),
        Pb.RequestOp.RequestOneofCase.RequestTxn => Of(op.RequestTxn),
        _ => throw EtcdErrors.KeyNotFound.ToException(),
    };

    // An operand of another kind than the target counts as absent: 0, or the empty value.
    private static Compare Of(Pb.Compare compare) => new(
        (CompareResult)compare.Result,
        (CompareTarget)compare.Target,
        Of(compare.Key),
        compare.Target switch
        {
            Pb.Compare.Types.CompareTarget.Version => compare.Version,
            Pb.Compare.Types.CompareTarget.Create => compare.CreateRevision,
            Pb.Compare.Types.CompareTarget.Mod => compare.ModRevision,
            Pb.Compare.Types.CompareTarget.Lease => compare.Lease,
            _ => 0,
        },
        compare.Target == Pb.Compare.Types.CompareTarget.Value ? Of(compare.Value) : default,
        Of(compare.RangeEnd));

    private static Bytes Of(ByteString bytes) => new(bytes.Memory);
}
