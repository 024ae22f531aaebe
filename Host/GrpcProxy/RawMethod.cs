using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>Methods whose messages pass through as they are on the wire.</summary>
internal static class RawMethod
{
    public static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Range = Of(EtcdMethods.Kv, "Range");
    public static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Put = Of(EtcdMethods.Kv, "Put");
    public static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> DeleteRange = Of(EtcdMethods.Kv, "DeleteRange");
    public static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Txn = Of(EtcdMethods.Kv, "Txn");
    public static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Compact = Of(EtcdMethods.Kv, "Compact");

    public static GrpcMethod<ReadOnlyMemory<byte>, byte[]> Of(string service, string name)
        => GrpcMethod.Encoded(service, name, static bytes => bytes.ToArray());
}
