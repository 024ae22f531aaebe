using System.Diagnostics;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.Telemetry;

/// <summary>
/// The span of a call, named and described as OpenTelemetry says for RPC servers, with the client's span as its parent
/// when the metadata names one. While nobody listens a call pays one look at a field.
/// </summary>
internal static class RpcSpans
{
    public const string SourceName = "ActorEtcd";

    private const string StatusCodeTag = "rpc.grpc.status_code";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts the span of a call; null when it is not recorded.</summary>
    public static Activity? Start(GrpcCall call)
        => Source.HasListeners() ? StartRecorded(call) : null;

    /// <summary>Starts the span of what a request asks for, within that of its call (etcd 3.7: <c>etcdserver/v3_server.go</c>).</summary>
    public static Activity? StartOperation(Activity? rpc, GrpcCall call)
    {
        if (rpc is not { IsAllDataRequested: true } || OperationSpan.Of(call.Method.Path) is not { } operation)
        {
            return null;
        }

        var span = Source.StartActivity(operation.Name, ActivityKind.Internal, rpc.Context);
        if (span is not null)
        {
            operation.Describe(call.Request, span);
        }

        return span;
    }

    public static void End(Activity? rpc, Activity? operation, GrpcStatus status)
    {
        operation?.Stop();
        if (rpc is null)
        {
            return;
        }

        rpc.SetTag(StatusCodeTag, (int)status.Code);
        if (IsServersFault(status.Code))
        {
            rpc.SetStatus(ActivityStatusCode.Error, status.Message);
        }

        rpc.Stop();
    }

    private static Activity? StartRecorded(GrpcCall call)
    {
        ActivityContext.TryParse(call.Metadata("traceparent"), call.Metadata("tracestate"), isRemote: true, out var parent);
        var method = call.Method;
        var span = Source.StartActivity(method.Path[1..], ActivityKind.Server, parent);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("rpc.system", "grpc").SetTag("rpc.service", method.Service).SetTag("rpc.method", method.Name);
            if (call.RemoteEndPoint is System.Net.IPEndPoint peer)
            {
                span.SetTag("net.sock.peer.addr", peer.Address.ToString()).SetTag("net.sock.peer.port", peer.Port);
            }
        }

        return span;
    }

    // OpenTelemetry's rule for servers: what the client got wrong is no error of the server's span.
    private static bool IsServersFault(StatusCode code) => code
        is StatusCode.Unknown
        or StatusCode.DeadlineExceeded
        or StatusCode.Unimplemented
        or StatusCode.Internal
        or StatusCode.Unavailable
        or StatusCode.DataLoss;
}
