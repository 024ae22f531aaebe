using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Logging;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>A line of the log for each call, without what is in its messages: keys and values are the clients' own.</summary>
internal sealed class CallLog(LogWriter log) : IGrpcGuard
{
    public GrpcHandler Wrap(string service, string method, GrpcHandler handler) => async call =>
    {
        var begun = Stopwatch.GetTimestamp();
        var requestBytes = call.Request.Length;
        var code = StatusCode.OK;
        try
        {
            await handler(call);
        }
        catch (GrpcStatusException failure)
        {
            code = failure.Status.Code;
            throw;
        }
        finally
        {
            log.Write(
                LogSeverity.Info,
                "grpc-proxy",
                "finished call",
                ("grpc.service", service),
                ("grpc.method", method),
                ("grpc.code", code.ToString()),
                ("grpc.time_ms", (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds),
                ("peer", call.RemoteEndPoint?.ToString()),
                ("request-bytes", requestBytes),
                ("response-bytes", call.SentBytes));
        }
    };
}
