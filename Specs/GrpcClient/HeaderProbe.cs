using System.Net.Sockets;
using ActorEtcd.Host.GrpcClient;
using StatusCode = ActorEtcd.Host.Grpc.StatusCode;

namespace ActorEtcd.Specs.GrpcClient;

/// <summary>A call that only collects headers; it belongs to a connection that is never opened.</summary>
internal sealed class HeaderProbe
{
    private static readonly GrpcMethod<ReadOnlyMemory<byte>, int> Method =
        GrpcMethod.Encoded("probe", "Probe", static bytes => bytes.Length);

    public HeaderProbe()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var connection = new Http2Connection(socket, tls: null, "probe", GrpcChannelOptions.Default);
        Call = new UnaryCall<ReadOnlyMemory<byte>, int>(connection, new MethodState(Method), Method);
    }

    public ClientCall Call { get; }

    public (StatusCode Code, string Detail) Outcome()
    {
        GrpcCallException? failure = Call.EndStatus();
        return (failure?.Code ?? StatusCode.OK, failure?.Detail ?? "");
    }
}
