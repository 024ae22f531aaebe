using ActorEtcd.Host.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorEtcd.Host.Telemetry;

/// <summary>
/// Sends spans of requests, and every metric of <c>/metrics</c>, to a collector over OTLP while it lives. What has not
/// been sent when it is disposed of is sent then, within the exporter's own time limit.
/// </summary>
public sealed class ServerTelemetry : IDisposable
{
    private const string InstanceIdKey = "service.instance.id";

    private readonly TracerProvider _traces;
    private readonly MeterProvider? _metrics;
    private readonly MetricBridge? _bridge;

    private ServerTelemetry(TracerProvider traces, MeterProvider? metrics, MetricBridge? bridge)
    {
        _traces = traces;
        _metrics = metrics;
        _bridge = bridge;
    }

    /// <summary>Starts to send. <c>OTEL_METRICS_EXPORTER=none</c> keeps metrics here.</summary>
    /// <exception cref="UriFormatException">The address is no host and port.</exception>
    public static ServerTelemetry Start(TracingOptions options, MetricRegistry registry)
    {
        var collector = new Uri($"http://{options.Address}");
        var resource = ResourceOf(options);
        var traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(SamplerOf(options.SamplesPerMillion)))
            .AddSource(RpcSpans.SourceName)
            .AddOtlpExporter(otlp => To(otlp, collector))
            .Build();
        if (Environment.GetEnvironmentVariable("OTEL_METRICS_EXPORTER") == "none")
        {
            return new ServerTelemetry(traces, metrics: null, bridge: null);
        }

        var bridge = new MetricBridge(registry);
        var metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(MetricBridge.MeterName)
            .AddOtlpExporter(otlp => To(otlp, collector))
            .Build();
        return new ServerTelemetry(traces, metrics, bridge);
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics?.Dispose();
        _bridge?.Dispose();
    }

    private static ResourceBuilder ResourceOf(TracingOptions options)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(options.ServiceName, autoGenerateServiceInstanceId: false);
        return options.InstanceId.Length == 0
            ? resource
            : resource.AddAttributes([new KeyValuePair<string, object>(InstanceIdKey, options.InstanceId)]);
    }

    private static Sampler SamplerOf(int samplesPerMillion) => samplesPerMillion == 0
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler((double)samplesPerMillion / TracingOptions.SamplesPerMillionMax);

    private static void To(OtlpExporterOptions otlp, Uri collector)
    {
        otlp.Endpoint = collector;
        otlp.Protocol = OtlpExportProtocol.Grpc;
    }
}
