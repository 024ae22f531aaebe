using System.Collections.Concurrent;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Grpc;

/// <summary>The counters that go-grpc-prometheus gives etcd, and etcd's own count of bytes from and to clients.</summary>
internal sealed class GrpcMetrics
{
    private const string UnknownVersion = "unknown";
    private const int ClientVersionsMax = 64;

    private static readonly string[] MethodLabels = ["grpc_method", "grpc_service", "grpc_type"];

    private static readonly double[] HandlingBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly MetricFamily<Counter> _started;
    private readonly MetricFamily<Counter> _handled;
    private readonly MetricFamily<Counter> _received;
    private readonly MetricFamily<Counter> _sent;

    private readonly MetricFamily<Histogram>? _handling;
    private readonly MetricFamily<Histogram> _requests;
    private readonly MetricFamily<Counter> _clientRequests;
    private readonly ConcurrentDictionary<(bool IsStream, string Version), Counter> _clients = new();

    /// <param name="isExtensive">Whether it is told how long calls took (etcd: <c>--metrics=extensive</c>).</param>
    public GrpcMetrics(MetricRegistry registry, bool isExtensive)
    {
        _handling = isExtensive
            ? registry.Histograms(
                "grpc_server_handling_seconds",
                "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.",
                HandlingBounds,
                MethodLabels)
            : null;
        _started = registry.Counters(
            "grpc_server_started_total", "Total number of RPCs started on the server.", MethodLabels);
        _handled = registry.Counters(
            "grpc_server_handled_total",
            "Total number of RPCs completed on the server, regardless of success or failure.",
            ["grpc_code", .. MethodLabels]);
        _received = registry.Counters(
            "grpc_server_msg_received_total",
            "Total number of RPC stream messages received on the server.",
            MethodLabels);
        _sent = registry.Counters(
            "grpc_server_msg_sent_total",
            "Total number of gRPC stream messages sent by the server.",
            MethodLabels);
        _requests = registry.Histograms(
            "etcd_server_request_duration_seconds",
            "How long requests for keys and leases take.",
            Histogram.Exponential(0.001, 2, 14),
            "type",
            "success");
        _clientRequests = registry.Counters(
            "etcd_server_client_requests_total", "Calls by the version that the client says it is.", "type", "client_api_version");
        ReceivedBytes = registry.Counter(
            "etcd_network_client_grpc_received_bytes_total", "The total number of bytes received from grpc clients.");
        SentBytes = registry.Counter(
            "etcd_network_client_grpc_sent_bytes_total", "The total number of bytes sent to grpc clients.");
    }

    public Counter ReceivedBytes { get; }

    public Counter SentBytes { get; }

    /// <summary>How long requests of a method took that failed, and that did not; null for methods that are not measured.</summary>
    public (Histogram Failed, Histogram Succeeded)? Requests(GrpcMethod method)
        => method.Type == GrpcMethodType.Unary && (method.Service is "etcdserverpb.KV" or "etcdserverpb.Lease")
            ? (_requests.With(method.Name, "false"), _requests.With(method.Name, "true"))
            : null;

    /// <summary>Counts a call by the version that its client says it is.</summary>
    public void CountClient(bool isStream, string? version)
    {
        var key = (isStream, string.IsNullOrEmpty(version) ? UnknownVersion : version);
        if (!_clients.TryGetValue(key, out Counter? counter))
        {
            // What clients send must not make series without end.
            key = _clients.Count < ClientVersionsMax ? key : (isStream, UnknownVersion);
            counter = _clients.GetOrAdd(key, static (key, family) => family.With(key.IsStream ? "stream" : "unary", key.Version), _clientRequests);
        }

        counter.Increment();
    }

    public Counter Started(GrpcMethod method) => _started.With(LabelsOf(method));

    /// <summary>How long calls took; null when that is not told.</summary>
    public Histogram? Handling(GrpcMethod method) => _handling?.With(LabelsOf(method));

    public Counter Received(GrpcMethod method) => _received.With(LabelsOf(method));

    public Counter Sent(GrpcMethod method) => _sent.With(LabelsOf(method));

    public Counter Handled(GrpcMethod method, StatusCode code) =>
        _handled.With([code.ToString(), .. LabelsOf(method)]);

    private static string[] LabelsOf(GrpcMethod method) => [method.Name, method.Service, TypeOf(method.Type)];

    private static string TypeOf(GrpcMethodType type) => type switch
    {
        GrpcMethodType.Unary => "unary",
        GrpcMethodType.ClientStream => "client_stream",
        GrpcMethodType.ServerStream => "server_stream",
        _ => "bidi_stream",
    };
}
