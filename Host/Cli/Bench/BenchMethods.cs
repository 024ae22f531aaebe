using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>The unary methods under load, with responses counted instead of decoded.</summary>
internal sealed class BenchMethods
{
    public GrpcMethod<ReadOnlyMemory<byte>, int> Put { get; } = Counting("Put");

    public GrpcMethod<ReadOnlyMemory<byte>, int> Range { get; } = Counting("Range");

    public GrpcMethod<ReadOnlyMemory<byte>, int> Txn { get; } = Counting("Txn");

    private static GrpcMethod<ReadOnlyMemory<byte>, int> Counting(string name)
    {
        return GrpcMethod.Encoded(EtcdMethods.Kv, name, static bytes => bytes.Length);
    }
}
