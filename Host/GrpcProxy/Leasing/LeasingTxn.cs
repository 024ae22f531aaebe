using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>
/// The transactions by which proxies agree on who owns a key: etcd's, so that its proxies and ours may share a prefix. A
/// key is owned by whose lease its leasing key has; a value asks the owner to remove it.
/// </summary>
internal static class LeasingTxn
{
    /// <summary>The value of a leasing key that somebody wants back.</summary>
    public static readonly ByteString Revoked = ByteString.CopyFromUtf8("REVOKE");

    /// <summary>
    /// Creates the leasing key and reads the key in one. Not for a key with a lease, which would go without a word.
    /// Otherwise the answers are what was asked for and the leasing key.
    /// </summary>
    public static TxnRequest Acquire(RangeRequest request, ByteString leasingKey, long lease) => new()
    {
        Compare =
        {
            CreatedBelow(new KeyInterval(leasingKey, ByteString.Empty), 1),
            LeaseIs(new KeyInterval(request.Key, ByteString.Empty), 0),
        },
        Success =
        {
            new RequestOp { RequestRange = new RangeRequest { Key = request.Key } },
            new RequestOp { RequestPut = new PutRequest { Key = leasingKey, Lease = lease } },
        },
        Failure =
        {
            new RequestOp { RequestRange = request.Clone() },
            new RequestOp { RequestRange = new RangeRequest { Key = leasingKey } },
        },
    };

    /// <summary>Asks the owner for the key, as long as it is the owner that is meant.</summary>
    public static TxnRequest Revoke(ByteString leasingKey, long createRevision) => new()
    {
        Compare = { CreatedAt(leasingKey, createRevision) },
        Success = { new RequestOp { RequestPut = new PutRequest { Key = leasingKey, Value = Revoked, IgnoreLease = true } } },
    };

    /// <summary>Gives the key back.</summary>
    public static TxnRequest Remove(ByteString leasingKey, long createRevision) => new()
    {
        Compare = { CreatedAt(leasingKey, createRevision) },
        Success = { new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = leasingKey } } },
    };

    public static Compare CreatedBelow(KeyInterval keys, long revision) => new()
    {
        Key = keys.Key,
        RangeEnd = keys.End,
        Target = Compare.Types.CompareTarget.Create,
        Result = Compare.Types.CompareResult.Less,
        CreateRevision = revision,
    };

    public static Compare LeaseIs(KeyInterval keys, long lease) => new()
    {
        Key = keys.Key,
        RangeEnd = keys.End,
        Target = Compare.Types.CompareTarget.Lease,
        Result = Compare.Types.CompareResult.Equal,
        Lease = lease,
    };

    private static Compare CreatedAt(ByteString key, long revision) => new()
    {
        Key = key,
        Target = Compare.Types.CompareTarget.Create,
        Result = Compare.Types.CompareResult.Equal,
        CreateRevision = revision,
    };
}
