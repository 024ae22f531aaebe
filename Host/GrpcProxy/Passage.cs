using System.Buffers;
using System.Collections.Concurrent;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>Passes calls on as they are: messages in both directions, cancellation, deadline and status.</summary>
internal sealed class Passage(Upstream upstream)
{
    // A method's number lives as long as the process; clients may make up any number of names.
    private const int UnknownMethodsMax = 64;

    private readonly ConcurrentDictionary<string, GrpcMethod<ReadOnlyMemory<byte>, byte[]>> _unknown = new();

    /// <param name="mayRepeat">Of a unary method: whether two servers may see one request.</param>
    public GrpcHandler HandlerOf(string service, string name, GrpcMethodType type, bool mayRepeat)
    {
        var method = RawMethod.Of(service, name);
        return type switch
        {
            GrpcMethodType.Unary => call => UnaryAsync(call, method, mayRepeat),
            GrpcMethodType.ServerStream => call => ServerStreamAsync(call, method),
            _ => call => PumpAsync(call, method),
        };
    }

    /// <summary>A method that this version knows nothing of: the cluster may.</summary>
    public ValueTask UnknownAsync(GrpcCall call)
    {
        var path = call.Path;
        if (path.Count(static c => c == '/') != 2 || path[0] != '/')
        {
            throw new GrpcStatusException(StatusCode.Unimplemented, $"malformed method name: \"{path}\"");
        }

        if (!_unknown.TryGetValue(path, out var method))
        {
            var parts = path.Split('/');
            method = _unknown.Count < UnknownMethodsMax
                ? _unknown.GetOrAdd(path, _ => RawMethod.Of(parts[1], parts[2]))
                : throw new GrpcStatusException(StatusCode.Unimplemented, $"unknown service {parts[1]}");
        }

        return PumpAsync(call, method);
    }

    private async ValueTask UnaryAsync(GrpcCall call, GrpcMethod<ReadOnlyMemory<byte>, byte[]> method, bool mayRepeat)
        => call.RespondEncoded(await upstream.UnaryAsync(method, call.Request.ToArray(), CallContext.Of(call), mayRepeat));

    private async ValueTask ServerStreamAsync(GrpcCall call, GrpcMethod<ReadOnlyMemory<byte>, byte[]> method)
    {
        var context = CallContext.Of(call);
        upstream.CheckSize((int)call.Request.Length);
        var channel = await upstream.PickAsync(context);
        try
        {
            await using var answers = channel.ServerStreaming(
                method, call.Request.ToArray(), context.Remaining, context.Cancellation, context.Metadata);
            await ReceiveAsync(call, answers);
        }
        catch (GrpcCallException failure)
        {
            throw Upstream.StatusOf(failure).ToException();
        }
    }

    private async ValueTask PumpAsync(GrpcCall call, GrpcMethod<ReadOnlyMemory<byte>, byte[]> method)
    {
        var context = CallContext.Of(call);
        var channel = await upstream.PickAsync(context);
        await using var duplex = channel.Duplex(method, context.Remaining, context.Cancellation, context.Metadata);
        var sending = SendAsync(call, duplex);
        var outcome = GrpcStatus.OK;
        try
        {
            await ReceiveAsync(call, duplex);
        }
        catch (GrpcCallException failure)
        {
            outcome = Upstream.StatusOf(failure);
        }
        finally
        {
            // The cluster's end is the call's end, whether or not the client has said all it wanted to.
            call.Cancel(GrpcStatus.OK);
            outcome = await sending ?? outcome;
        }

        call.Fail(outcome);
    }

    private static async Task ReceiveAsync(GrpcCall call, DuplexCall<ReadOnlyMemory<byte>, byte[]> duplex)
    {
        while (await duplex.TryReadAsync(call.CancellationToken) is (true, var message))
        {
            call.RespondEncoded(message);
            if (!await call.FlushAsync())
            {
                return;
            }
        }
    }

    /// <summary>
    /// Passes requests on until the client's last. The receiving half tells how the call ended, unless this returns why the
    /// proxy itself ends it.
    /// </summary>
    private async Task<GrpcStatus?> SendAsync(GrpcCall call, DuplexCall<ReadOnlyMemory<byte>, byte[]> duplex)
    {
        try
        {
            while (await call.ReadAsync())
            {
                upstream.CheckSize((int)call.Request.Length);
                await duplex.WriteAsync(call.Request.ToArray());
            }

            duplex.CompleteRequests();
        }
        catch (GrpcStatusException refusal) when (refusal.Status.Code != StatusCode.OK)
        {
            duplex.Cancel();
            return refusal.Status;
        }
        catch (Exception ended) when (ended is GrpcStatusException or GrpcCallException or OperationCanceledException or IOException)
        {
            duplex.Cancel();
        }

        return null;
    }
}
