using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Telemetry;
using ActorEtcd.Specs.Host.Grpc;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Telemetry;

// Alone: the source of spans is one for the process, so that servers of other specs would send theirs too.
[Collection(ProcessCollection.Name)]
public sealed class ServerTelemetrySpec
{
    private const string ClientsTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string ClientsSpan = "b7ad6b7169203331";

    [Fact]
    public async Task Call_with_a_trace_becomes_a_span_of_it_and_one_of_its_operation()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using (Start(collector, samplesPerMillion: 0))
        {
            await PutAsync("foo", ("traceparent", $"00-{ClientsTrace}-{ClientsSpan}-01"));
        }

        var rpc = Assert.Single(collector.Spans, static span => span.Name == "etcdserverpb.KV/Put");
        Assert.Equal((ClientsTrace, ClientsSpan), (rpc.TraceId, rpc.ParentId));
        Assert.Equal("grpc", rpc.Tags["rpc.system"]);
        Assert.Equal("etcdserverpb.KV", rpc.Tags["rpc.service"]);
        Assert.Equal("Put", rpc.Tags["rpc.method"]);
        Assert.Equal("0", rpc.Tags["rpc.grpc.status_code"]);
        Assert.Equal("127.0.0.1", rpc.Tags["net.sock.peer.addr"]);
        var put = Assert.Single(collector.Spans, static span => span.Name == "put");
        Assert.Equal((ClientsTrace, rpc.SpanId, "foo"), (put.TraceId, put.ParentId, put.Tags["key"]));
        Assert.Contains("service.name=etcd-of-specs", collector.Resources);
        Assert.Contains("service.instance.id=one", collector.Resources);
    }

    [Theory]
    [InlineData(0, "00-" + ClientsTrace + "-" + ClientsSpan + "-00", 0)]
    [InlineData(0, null, 0)]
    [InlineData(0, "nonsense", 0)]
    [InlineData(1_000_000, null, 1)]
    [InlineData(1_000_000, "nonsense", 1)]
    [InlineData(1_000_000, "00-" + ClientsTrace + "-" + ClientsSpan + "-00", 0)]
    public async Task Sampling_follows_the_client_and_else_the_rate(int samplesPerMillion, string? parent, int expected)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using (Start(collector, samplesPerMillion))
        {
            await PutAsync("foo", parent is null ? [] : [("traceparent", parent)]);
        }

        Assert.Equal(expected, collector.Spans.Count(static span => span.Name == "etcdserverpb.KV/Put"));
    }

    [Theory]
    [InlineData("", StatusCode.InvalidArgument, false)]
    [InlineData("broken", StatusCode.Internal, true)]
    public async Task Span_is_an_error_when_the_fault_is_the_servers(string key, StatusCode code, bool isError)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using (Start(collector, samplesPerMillion: TracingOptions.SamplesPerMillionMax))
        {
            await PutAsync(key);
        }

        var rpc = Assert.Single(collector.Spans, static span => span.Name == "etcdserverpb.KV/Put");
        Assert.Equal(isError, rpc.IsError);
        Assert.Equal(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture), rpc.Tags["rpc.grpc.status_code"]);
    }

    [Fact]
    public async Task Transaction_is_described_by_its_first_steps()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var txn = new TxnRequest
        {
            Compare = { new Compare { Key = ByteString.CopyFromUtf8("c") } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("s"), Lease = 7 } } },
        };
        using (Start(collector, samplesPerMillion: TracingOptions.SamplesPerMillionMax))
        {
            await CallAsync("Txn", txn);
        }

        var span = Assert.Single(collector.Spans, static span => span.Name == "txn");
        Assert.Equal(
            ("c", "s", "put", "7", "1", "1", "0", "0"),
            (span.Tags["compare_first_key"], span.Tags["success_first_key"], span.Tags["success_first_type"],
                span.Tags["success_first_lease"], span.Tags["compare_len"], span.Tags["success_len"],
                span.Tags["failure_len"], span.Tags["read_only"]));
    }

    [Fact]
    public async Task Metrics_are_sent_under_their_names()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var registry = new MetricRegistry();
        registry.Counters("specs_total", "Counted.", "kind").With("a \"b\"\\").Increment();
        registry.Gauge("specs_level", "Measured.").Set(3);
        registry.Histogram("specs_seconds", "Timed.", [1, 2]).Observe(1.5);
        using (Start(collector, samplesPerMillion: 0, registry))
        {
        }

        foreach (string name in new[] { "specs_total", "specs_level", "specs_seconds_bucket", "specs_seconds_sum", "specs_seconds_count" })
        {
            Assert.Contains(name, collector.Metrics);
        }
    }

    [Fact]
    public async Task Server_sends_the_spans_of_its_requests_by_its_flags()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (SingleServer server = await SingleServer.StartAsync(
            ServerKind.ActorEtcd,
            "--enable-distributed-tracing",
            $"--distributed-tracing-address={collector.Address}",
            "--distributed-tracing-service-name=etcd-of-specs",
            "--distributed-tracing-sampling-rate=1000000"))
        {
            await server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("foo") });
            await Poll.UntilAsync("the span of the put", GrpcTestClient.Patience, () => Task.FromResult(collector.Spans.Any(
                static span => span.Name == "put" && span.Tags["key"] == "foo")));
        }

        Assert.Contains("service.name=etcd-of-specs", collector.Resources);
    }

    [Fact]
    public void Labels_are_parsed_as_they_are_written()
    {
        string[] values = ["", "a=\"b\",c", "x\\ny\n"];
        string labels = MetricText.Labels(["a", "b", "c"], values);
        Assert.Equal(values, MetricText.ParseLabels(labels).Select(static pair => (string)pair.Value!));
        Assert.Equal(["a", "b", "c"], MetricText.ParseLabels(labels).Select(static pair => pair.Key));
        Assert.Empty(MetricText.ParseLabels(string.Empty));
    }

    private static ServerTelemetry Start(OtlpCollector collector, int samplesPerMillion, MetricRegistry? registry = null)
        => ServerTelemetry.Start(
            new TracingOptions(collector.Address, "etcd-of-specs", "one", samplesPerMillion), registry ?? new MetricRegistry());

    private static Task PutAsync(string key, params (string Name, string Value)[] headers)
        => CallAsync("Put", new PutRequest { Key = ByteString.CopyFromUtf8(key) }, headers);

    private static async Task CallAsync(string method, IMessage request, params (string Name, string Value)[] headers)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(static table => table
            .Unary("etcdserverpb.KV", "Put", PutRequest.Parser, Put)
            .Unary("etcdserverpb.KV", "Txn", TxnRequest.Parser, static (_, _) => ValueTask.FromResult(new TxnResponse())));
        using var client = new GrpcTestClient(server.EndPoint);
        await client.CallAsync("/etcdserverpb.KV/" + method, GrpcTestClient.Frame(request.ToByteArray()), headers: headers);
    }

    private static ValueTask<PutResponse> Put(PutRequest request, GrpcCall call) => request.Key.ToStringUtf8() switch
    {
        "" => throw EtcdErrors.EmptyKey.ToException(),
        "broken" => throw new GrpcStatusException(StatusCode.Internal, "broken"),
        _ => ValueTask.FromResult(new PutResponse()),
    };
}
