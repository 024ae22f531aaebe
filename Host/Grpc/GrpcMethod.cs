using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Grpc;

/// <summary>One row of the method table, with its counters.</summary>
public sealed class GrpcMethod
{
    private readonly Counter[] _handled;
    private readonly (Histogram Failed, Histogram Succeeded)? _requests;

    internal GrpcMethod(string service, string name, GrpcMethodType type, GrpcHandler handler, GrpcMetrics metrics)
    {
        Service = service;
        Name = name;
        Type = type;
        Handler = handler;
        Started = metrics.Started(this);
        MessagesReceived = metrics.Received(this);
        MessagesSent = metrics.Sent(this);
        Handling = metrics.Handling(this);
        _requests = metrics.Requests(this);
        _handled = [.. Enum.GetValues<StatusCode>().Select(code => metrics.Handled(this, code))];
    }

    public string Service { get; }

    public string Name { get; }

    public string Path => $"/{Service}/{Name}";

    public GrpcMethodType Type { get; }

    internal GrpcHandler Handler { get; }

    internal bool HasOneRequest => Type is GrpcMethodType.Unary or GrpcMethodType.ServerStream;

    internal Counter Started { get; }

    internal Counter MessagesReceived { get; }

    internal Counter MessagesSent { get; }

    internal Histogram? Handling { get; }

    internal void Observe(double seconds, bool succeeded)
    {
        Handling?.Observe(seconds);
        if (_requests is { } requests)
        {
            (succeeded ? requests.Succeeded : requests.Failed).Observe(seconds);
        }
    }

    internal Counter Handled(StatusCode code) => _handled[(int)code];
}
