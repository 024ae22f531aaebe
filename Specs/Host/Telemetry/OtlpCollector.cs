using System.Buffers;
using System.Collections.Concurrent;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Specs.Host.Grpc;
using ActorEtcd.Wire;
using Google.Protobuf.WellKnownTypes;

namespace ActorEtcd.Specs.Host.Telemetry;

/// <summary>A collector that keeps what it is sent, in the parts that specs look at.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private GrpcTestServer _server = null!;

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    public ConcurrentQueue<string> Metrics { get; } = new();

    public ConcurrentQueue<string> Resources { get; } = new();

    public string Address => _server.EndPoint.ToString();

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        collector._server = await GrpcTestServer.StartAsync(table => table
            .Add("opentelemetry.proto.collector.trace.v1.TraceService", "Export", GrpcMethodType.Unary, collector.TakeSpans)
            .Add("opentelemetry.proto.collector.metrics.v1.MetricsService", "Export", GrpcMethodType.Unary, collector.TakeMetrics));
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private ValueTask TakeSpans(GrpcCall call)
    {
        foreach (var resource in Parts(call.Request.ToArray(), 1))
        {
            AddResource(resource);
            foreach (var span in Parts(resource, 2).SelectMany(static scope => Parts(scope, 2)))
            {
                Spans.Enqueue(OtlpSpan.Read(span));
            }
        }

        call.Respond(new Empty());
        return ValueTask.CompletedTask;
    }

    private ValueTask TakeMetrics(GrpcCall call)
    {
        foreach (var resource in Parts(call.Request.ToArray(), 1))
        {
            AddResource(resource);
            foreach (var metric in Parts(resource, 2).SelectMany(static scope => Parts(scope, 2)))
            {
                Metrics.Enqueue(OtlpSpan.Text(Parts(metric, 1).First()));
            }
        }

        call.Respond(new Empty());
        return ValueTask.CompletedTask;
    }

    private void AddResource(ReadOnlyMemory<byte> resource)
    {
        foreach (var (key, value) in Parts(resource, 1).SelectMany(static part => OtlpSpan.Attributes(part, 1)))
        {
            Resources.Enqueue($"{key}={value}");
        }
    }

    /// <summary>The length-delimited fields of one number.</summary>
    internal static List<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> message, int field)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                parts.Add(reader.Bytes());
            }
            else
            {
                reader.Skip();
            }
        }

        return parts;
    }
}
