namespace ActorEtcd.Host.Telemetry;

/// <summary>Where spans of requests go, and how many of them (etcd: <c>embed/config_tracing.go</c>).</summary>
/// <param name="Address">The collector's address for OTLP over gRPC in clear text, as host:port (etcd: <c>--distributed-tracing-address</c>).</param>
/// <param name="ServiceName">The resource's <c>service.name</c>.</param>
/// <param name="InstanceId">The resource's <c>service.instance.id</c>; empty for none.</param>
/// <param name="SamplesPerMillion">
/// Of a million requests that come without a trace of their client's, so many are recorded; from 0 to 1,000,000. A client's
/// own decision always counts.
/// </param>
public sealed record TracingOptions(string Address, string ServiceName, string InstanceId, int SamplesPerMillion)
{
    public const string DefaultAddress = "localhost:4317";
    public const string DefaultServiceName = "etcd";
    public const int SamplesPerMillionMax = 1_000_000;
}
