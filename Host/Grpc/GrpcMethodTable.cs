using System.Collections.Frozen;
using ActorEtcd.Host.Metrics;
using Google.Protobuf;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// What the server serves: path to handler. Filled at start and frozen by the first request. Handlers that are hot
/// take the encoded request and answer with <see cref="GrpcCall.Respond{TPayload}"/>; the others deal in messages.
/// </summary>
public sealed class GrpcMethodTable
{
    private readonly Dictionary<string, GrpcMethod> _methods = [];
    private readonly GrpcMetrics _metrics;
    private readonly IGrpcGuard? _guard;
    private FrozenDictionary<string, GrpcMethod>? _frozen;
    private GrpcMethod? _others;
    private FrozenSet<string> _services = FrozenSet<string>.Empty;

    /// <param name="registry">Where the counters of the methods go.</param>
    /// <param name="guard">Decides who may call which method; null when everybody may.</param>
    /// <param name="isExtensive">Whether it is told how long calls took.</param>
    public GrpcMethodTable(MetricRegistry registry, IGrpcGuard? guard = null, bool isExtensive = false)
    {
        _metrics = new GrpcMetrics(registry, isExtensive);
        _guard = guard;
    }

    internal GrpcMetrics Metrics => _metrics;

    /// <summary>The services with a method in the table, in alphabetical order.</summary>
    internal IEnumerable<string> ServiceNames => _methods.Values.Select(method => method.Service).Distinct().Order(StringComparer.Ordinal);

    /// <summary>
    /// Any kind of method over raw payloads. With one request (<see cref="GrpcMethodType.Unary"/>,
    /// <see cref="GrpcMethodType.ServerStream"/>) the handler starts when <see cref="GrpcCall.Request"/> is there.
    /// </summary>
    public GrpcMethodTable Add(string service, string method, GrpcMethodType type, GrpcHandler handler)
    {
        if (_frozen is not null)
        {
            throw new InvalidOperationException($"{service}.{method} comes after the server has started.");
        }

        handler = _guard?.Wrap(service, method, handler) ?? handler;
        var row = new GrpcMethod(service, method, type, handler, _metrics);
        _methods.Add(row.Path, row);
        return this;
    }

    /// <summary>Whatever is in no row, with messages in both directions. Without this it is refused as unknown.</summary>
    public GrpcMethodTable AddOthers(GrpcHandler handler)
    {
        handler = _guard?.Wrap("others", "others", handler) ?? handler;
        _others = new GrpcMethod("others", "others", GrpcMethodType.BidiStream, handler, _metrics);
        return this;
    }

    /// <summary>A unary method whose handler answers with a message.</summary>
    public GrpcMethodTable Unary<TRequest, TResponse>(
        string service,
        string method,
        MessageParser<TRequest> parser,
        Func<TRequest, GrpcCall, ValueTask<TResponse>> handler)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        return Add(service, method, GrpcMethodType.Unary, call =>
        {
            ValueTask<TResponse> task = handler(call.ParseRequest(parser), call);
            if (task.IsCompletedSuccessfully)
            {
                call.Respond(task.Result);
                return ValueTask.CompletedTask;
            }

            return RespondWhenDone(call, task);
        });

        static async ValueTask RespondWhenDone(GrpcCall call, ValueTask<TResponse> task) => call.Respond(await task);
    }

    /// <summary>A unary method that takes a message and answers through the call.</summary>
    public GrpcMethodTable Unary<TRequest>(
        string service, string method, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, ValueTask> handler)
        where TRequest : IMessage<TRequest> =>
        Add(service, method, GrpcMethodType.Unary, call => handler(call.ParseRequest(parser), call));

    /// <summary>One request, many responses, written through the call.</summary>
    public GrpcMethodTable ServerStream<TRequest>(
        string service, string method, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, ValueTask> handler)
        where TRequest : IMessage<TRequest> =>
        Add(service, method, GrpcMethodType.ServerStream, call => handler(call.ParseRequest(parser), call));

    /// <summary>Requests as they come, responses through the call.</summary>
    public GrpcMethodTable BidiStream<TRequest>(
        string service,
        string method,
        MessageParser<TRequest> parser,
        Func<GrpcRequestStream<TRequest>, GrpcCall, ValueTask> handler)
        where TRequest : IMessage<TRequest> =>
        Add(service, method, GrpcMethodType.BidiStream, call => handler(call.Requests(parser), call));

    /// <summary>Many requests, one response.</summary>
    public GrpcMethodTable ClientStream<TRequest>(
        string service,
        string method,
        MessageParser<TRequest> parser,
        Func<GrpcRequestStream<TRequest>, GrpcCall, ValueTask> handler)
        where TRequest : IMessage<TRequest> =>
        Add(service, method, GrpcMethodType.ClientStream, call => handler(call.Requests(parser), call));

    internal void Freeze()
    {
        _services = _methods.Values.Select(method => method.Service).ToFrozenSet();
        _frozen ??= _methods.ToFrozenDictionary();
    }

    /// <summary>Whether there is such a row already.</summary>
    internal bool Has(string service, string method) => _methods.ContainsKey($"/{service}/{method}");

    internal GrpcMethod? Find(string path) => _frozen!.TryGetValue(path, out GrpcMethod? method) ? method : null;

    internal GrpcMethod? FindForCall(string path) => Find(path) ?? _others;

    /// <summary>Why there is no such method, in grpc-go's words.</summary>
    internal GrpcStatus Missing(string path)
    {
        int slash = path.LastIndexOf('/');
        if (slash < 1)
        {
            return new GrpcStatus(StatusCode.Unimplemented, $"malformed method name: \"{path}\"");
        }

        string service = path[1..slash];
        string text = _services.Contains(service)
            ? $"unknown method {path[(slash + 1)..]} for service {service}"
            : $"unknown service {service}";
        return new GrpcStatus(StatusCode.Unimplemented, text);
    }
}
