using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The <c>KV</c> service of what is behind the proxy, with keys as clients know them; answers as they are on the wire.
/// </summary>
internal interface IClusterKv
{
    /// <exception cref="GrpcStatusException">What the cluster answers, or that it does not.</exception>
    Task<byte[]> RangeAsync(RangeRequest request, CallContext context);

    /// <inheritdoc cref="RangeAsync"/>
    Task<byte[]> PutAsync(PutRequest request, CallContext context);

    /// <inheritdoc cref="RangeAsync"/>
    Task<byte[]> DeleteRangeAsync(DeleteRangeRequest request, CallContext context);

    /// <inheritdoc cref="RangeAsync"/>
    Task<byte[]> TxnAsync(TxnRequest request, CallContext context);
}
