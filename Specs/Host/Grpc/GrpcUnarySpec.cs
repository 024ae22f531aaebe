using System.IO.Compression;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Grpc;

public sealed class GrpcUnarySpec
{
    private const string Service = "etcdserverpb.KV";
    private const string PutPath = "/etcdserverpb.KV/Put";

    private static readonly byte[] Hello = GrpcTestClient.Frame(Put("hello", "world").ToByteArray());

    [Fact]
    public async Task Unary_call_answers_with_message_and_trailers()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(PutPath, Hello);

        Assert.Equal((200, "0", ""), (reply.HttpStatus, reply.Status, reply.Message));
        Assert.False(reply.TrailersOnly);
        Assert.Equal("application/grpc", reply.Headers["content-type"]);
        Assert.Equal("world", PutResponse.Parser.ParseFrom(Assert.Single(reply.Frames).Bytes).PrevKv.Value.ToStringUtf8());
    }

    [Fact]
    public async Task Unary_call_with_empty_message_is_a_message()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(PutPath, GrpcTestClient.Frame([]));

        Assert.Equal("0", reply.Status);
        Assert.Single(reply.Frames);
    }

    [Fact]
    public async Task Many_calls_on_one_connection_reuse_contexts_without_mixing_answers()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            string value = new((char)('a' + (i % 26)), 1 + (i * 37 % 9000));
            GrpcReply reply = await client.CallAsync(PutPath, GrpcTestClient.Frame(Put("k", value).ToByteArray()));
            Assert.Equal(value, PutResponse.Parser.ParseFrom(Assert.Single(reply.Frames).Bytes).PrevKv.Value.ToStringUtf8());
        });
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(1_500_000)]
    public async Task Large_messages_pass_both_ways(int size)
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        string value = new('x', size);

        GrpcReply reply = await client.CallAsync(PutPath, GrpcTestClient.Frame(Put("k", value).ToByteArray()));

        Assert.Equal(size, PutResponse.Parser.ParseFrom(Assert.Single(reply.Frames).Bytes).PrevKv.Value.Length);
    }

    [Fact]
    public async Task Failure_is_one_frame_of_headers()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table
            .Add(Service, "Put", GrpcMethodType.Unary, call =>
            {
                call.Fail(EtcdErrors.Compacted);
                return ValueTask.CompletedTask;
            })
            .Add(Service, "Range", GrpcMethodType.Unary, _ => throw EtcdErrors.NoSpace.ToException())
            .Add(Service, "Txn", GrpcMethodType.Unary, _ => throw new EtcdException(EtcdError.NoLeader)));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply put = await client.CallAsync(PutPath, Hello);
        GrpcReply range = await client.CallAsync("/etcdserverpb.KV/Range", Hello);
        GrpcReply txn = await client.CallAsync("/etcdserverpb.KV/Txn", Hello);

        Assert.Equal(("11", "etcdserver: mvcc: required revision has been compacted"), (put.Status, put.Message));
        Assert.Equal(("8", "etcdserver: mvcc: database space exceeded"), (range.Status, range.Message));
        Assert.Equal(("14", "etcdserver: no leader"), (txn.Status, txn.Message));
        Assert.All([put, range, txn], reply => Assert.True(reply.TrailersOnly));
    }

    [Fact]
    public async Task Message_text_is_percent_encoded()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.Add(
            Service, "Put", GrpcMethodType.Unary, _ => throw new GrpcStatusException(StatusCode.NotFound, "50% \u00fcber\n")));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(PutPath, Hello);

        Assert.Equal("50%25 %C3%BCber%0A", reply.Message);
    }

    [Fact]
    public async Task Unexpected_exception_becomes_unknown_and_server_goes_on()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table
            .Add(Service, "Put", GrpcMethodType.Unary, _ => throw new InvalidOperationException("secret"))
            .Unary(Service, "Range", RangeRequest.Parser, (_, _) => ValueTask.FromResult(new RangeResponse())));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply broken = await client.CallAsync(PutPath, Hello);
        GrpcReply next = await client.CallAsync("/etcdserverpb.KV/Range", GrpcTestClient.Frame([]));

        Assert.Equal("2", broken.Status);
        Assert.DoesNotContain("secret", broken.Message, StringComparison.Ordinal);
        Assert.Equal("0", next.Status);
    }

    [Theory]
    [InlineData("/etcdserverpb.KV/Nope", "unknown method Nope for service etcdserverpb.KV")]
    [InlineData("/no.Such/Nope", "unknown service no.Such")]
    [InlineData("/malformed", "malformed method name: \"/malformed\"")]
    public async Task Unknown_method_is_unimplemented(string path, string text)
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(path, Hello);

        Assert.Equal((200, "12"), (reply.HttpStatus, reply.Status));
        Assert.Equal(text, reply.Message);
    }

    [Fact]
    public async Task Wrong_content_type_is_415()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(PutPath, Hello, contentType: "application/json");

        Assert.Equal((415, "3"), (reply.HttpStatus, reply.Status));
        Assert.Equal("invalid gRPC request content-type \"application/json\"", reply.Message);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task Content_type_may_name_the_codec(string contentType)
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        Assert.Equal("0", (await client.CallAsync(PutPath, Hello, contentType)).Status);
    }

    [Fact]
    public async Task Oversize_request_is_refused_before_it_is_read()
    {
        await using GrpcTestServer server = await EchoAsync(options =>
            options with { Grpc = new GrpcOptions { MaxRequestBytes = 1000 } });
        using var client = new GrpcTestClient(server.EndPoint);
        byte[] request = Put("k", new string('x', 600_000)).ToByteArray();

        GrpcReply reply = await client.CallAsync(PutPath, GrpcTestClient.Frame(request));

        Assert.Equal("8", reply.Status);
        Assert.Equal($"grpc: received message larger than max ({request.Length} vs. {1000 + (512 * 1024)})", reply.Message);
    }

    [Fact]
    public async Task Malformed_message_is_internal()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply garbage = await client.CallAsync(PutPath, GrpcTestClient.Frame([0x0A, 0xFF, 0x01]));
        GrpcReply cut = await client.CallAsync(PutPath, Hello[..^3]);
        GrpcReply nothing = await client.CallAsync(PutPath, []);

        Assert.All([garbage, cut, nothing], reply => Assert.Equal("13", reply.Status));
        Assert.StartsWith("grpc: error unmarshalling request", garbage.Message, StringComparison.Ordinal);
        Assert.Equal("unexpected EOF", cut.Message);
    }

    [Fact]
    public async Task Gzip_request_is_answered_in_gzip()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        string value = new('z', 100_000);
        byte[] body = GrpcTestClient.Frame(Gzip(Put("k", value).ToByteArray()), flag: 1);

        GrpcReply reply = await client.CallAsync(PutPath, body, headers: ("grpc-encoding", "gzip"));

        (byte flag, byte[] bytes) = Assert.Single(reply.Frames);
        Assert.Equal((1, "gzip"), (flag, reply.Headers["grpc-encoding"]));
        Assert.True(bytes.Length < 2000, $"{bytes.Length} bytes are not compressed");
        Assert.Equal(value, PutResponse.Parser.ParseFrom(Gunzip(bytes)).PrevKv.Value.ToStringUtf8());
    }

    [Fact]
    public async Task Gzip_bomb_is_refused()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        byte[] body = GrpcTestClient.Frame(Gzip(new byte[50_000_000]), flag: 1);

        GrpcReply reply = await client.CallAsync(PutPath, body, headers: ("grpc-encoding", "gzip"));

        Assert.Equal("8", reply.Status);
    }

    [Fact]
    public async Task Unknown_encoding_is_unimplemented()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(PutPath, Hello, headers: ("grpc-encoding", "snappy"));
        GrpcReply flagged = await client.CallAsync(PutPath, GrpcTestClient.Frame([], flag: 1));

        Assert.Equal("12", reply.Status);
        Assert.Equal("grpc: Decompressor is not installed for grpc-encoding \"snappy\"", reply.Message);
        Assert.Equal("13", flagged.Status);
    }

    [Fact]
    public async Task Metadata_is_readable_and_can_be_sent()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.Unary(
            Service, "Put", PutRequest.Parser, (_, call) =>
            {
                call.ResponseHeaders["seen-token"] = call.Metadata("token");
                call.Trailers["seen-bin"] = Convert.ToHexString(call.BinaryMetadata("trace-bin")!);
                return ValueTask.FromResult(new PutResponse());
            }));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(
            PutPath, Hello, headers: [("token", "abc"), ("trace-bin", "AQID/w")]);

        Assert.Equal(("abc", "010203FF"), (reply.Headers["seen-token"], reply.Headers["seen-bin"]));
    }

    [Fact]
    public async Task Calls_are_counted()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        await client.CallAsync(PutPath, Hello);

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        server.Registry.WriteTo(buffer);
        string text = System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);

        const string Labels = "grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"";
        Assert.Contains($"grpc_server_started_total{{{Labels}}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"grpc_server_handled_total{{grpc_code=\"OK\",{Labels}}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"grpc_server_handled_total{{grpc_code=\"NotFound\",{Labels}}} 0\n", text, StringComparison.Ordinal);
    }

    internal static PutRequest Put(string key, string value) =>
        new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) };

    private static Task<GrpcTestServer> EchoAsync(
        Func<ActorEtcd.Host.Http.FrontDoorOptions, ActorEtcd.Host.Http.FrontDoorOptions>? configure = null) =>
        GrpcTestServer.StartAsync(
            table => table.Unary(Service, "Put", PutRequest.Parser, (put, _) => ValueTask.FromResult(new PutResponse
            {
                PrevKv = new ActorEtcd.Host.Protos.Mvccpb.KeyValue { Key = put.Key, Value = put.Value },
            })),
            configure);

    private static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    private static byte[] Gunzip(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var output = new MemoryStream();
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
