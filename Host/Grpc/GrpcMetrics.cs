using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Grpc;

/// <summary>The counters that go-grpc-prometheus gives etcd, and etcd's own count of bytes from and to clients.</summary>
internal sealed class GrpcMetrics
{
    private static readonly string[] MethodLabels = ["grpc_method", "grpc_service", "grpc_type"];

    private readonly MetricFamily<Counter> _started;
    private readonly MetricFamily<Counter> _handled;
    private readonly MetricFamily<Counter> _received;
    private readonly MetricFamily<Counter> _sent;

    public GrpcMetrics(MetricRegistry registry)
    {
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
        ReceivedBytes = registry.Counter(
            "etcd_network_client_grpc_received_bytes_total", "The total number of bytes received from grpc clients.");
        SentBytes = registry.Counter(
            "etcd_network_client_grpc_sent_bytes_total", "The total number of bytes sent to grpc clients.");
    }

    public Counter ReceivedBytes { get; }

    public Counter SentBytes { get; }

    public Counter Started(GrpcMethod method) => _started.With(LabelsOf(method));

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
