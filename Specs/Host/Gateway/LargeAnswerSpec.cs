using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Host.Grpc;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Pb = ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Specs.Host.Gateway;

/// <summary>Answers of many megabytes, as JSON and compressed: what is held of them does not grow with them.</summary>
public sealed class LargeAnswerSpec
{
    private const int Keys = 400;
    private const int ValueBytes = 100_000;

    /// <summary>What two pipes, a piece of each kind and one value may hold.</summary>
    private const long HeldMax = 3 << 20;

    private static readonly ResponseHeaderFields Header = new(1, 2, 77, 3);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Message_that_arrives_in_parts_becomes_the_same_json_as_a_whole_one(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 20; round++)
        {
            IMessage message = random.Next(2) == 0 ? RangeOf(random) : TxnOf(random, depth: 2);
            var input = new Pipe();
            var output = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            Task feeding = FeedAsync(input.Writer, message.ToByteArray(), random);
            using (var json = new ProtoJsonStream(input.Reader, output.Writer))
            {
                await json.WriteAsync(message.Descriptor, message.CalculateSize());
            }

            await feeding;
            await output.Writer.CompleteAsync();
            using var written = new MemoryStream();
            await output.Reader.CopyToAsync(written);
            Assert.True(
                GatewayJson.Body(message).Span.SequenceEqual(written.ToArray()), $"seed {seed} round {round}: {message.CalculateSize()} bytes");
        }
    }

    [Theory]
    [InlineData("0aff")]
    [InlineData("ffffffffffffffffffffff")]
    [InlineData("12051234")]
    public async Task Bytes_that_are_no_message_end_the_answer(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var input = new Pipe();
        await input.Writer.WriteAsync(bytes);
        await input.Writer.CompleteAsync();
        using var json = new ProtoJsonStream(input.Reader, new Pipe().Writer);

        await Assert.ThrowsAnyAsync<Exception>(async () => await json.WriteAsync(Pb.RangeResponse.Descriptor, bytes.Length));
    }

    [Fact]
    public async Task Json_waits_for_its_reader_and_so_does_what_it_is_made_of()
    {
        byte[] message = RangeOf(Keys, ValueBytes).ToByteArray();
        var input = new Pipe();
        var output = new Pipe();
        long fed = 0;
        long taken = 0;
        Task feeding = Task.Run(async () =>
        {
            for (int at = 0; at < message.Length; at += 4096)
            {
                int count = Math.Min(4096, message.Length - at);
                Interlocked.Add(ref fed, count);
                await input.Writer.WriteAsync(message.AsMemory(at, count));
            }
        });
        Task writing = Task.Run(async () =>
        {
            using var json = new ProtoJsonStream(input.Reader, output.Writer);
            await json.WriteAsync(Pb.RangeResponse.Descriptor, message.Length);
            await output.Writer.CompleteAsync();
        });
        long heldMax = 0;
        while (true)
        {
            ReadResult read = await output.Reader.ReadAsync();
            if (read is { IsCompleted: true, Buffer.IsEmpty: true })
            {
                break;
            }

            // Base64 takes four bytes for three.
            heldMax = Math.Max(heldMax, Interlocked.Read(ref fed) - (taken * 3 / 4));
            SequencePosition end = read.Buffer.GetPosition(Math.Min(1000, read.Buffer.Length));
            taken += read.Buffer.Slice(0, end).Length;
            output.Reader.AdvanceTo(end);
        }

        await feeding;
        await writing;
        Assert.True(taken > message.Length * 4L / 3, $"{taken} bytes of JSON of {message.Length}");
        Assert.True(heldMax < HeldMax, $"{heldMax} bytes of {message.Length} were held");
    }

    [Fact]
    public async Task Range_of_many_megabytes_comes_over_the_gateway_as_a_stream_of_the_same_json()
    {
        RangeResult result = ResultOf(Keys, ValueBytes);
        GrpcMethodTable methods = null!;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            table =>
            {
                methods = table;
                table.Add("etcdserverpb.KV", "Range", GrpcMethodType.Unary, call => call.RespondAsync(new OpResponse(Header, result)));
            },
            routes: router => new JsonGateway(methods, new GrpcOptions(), "3.7.0", NullLoggerFactory.Instance).Map(router));
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.PostAsync(
            new Uri($"http://{server.EndPoint}/v3/kv/range"), new StringContent("""{"key":"AA=="}"""));

        byte[] body = await response.Content.ReadAsByteArrayAsync();
        byte[] whole = new byte[new OpResponse(Header, result).ComputeSize()];
        Copy(new OpResponse(Header, result), whole);
        Assert.Equal((200, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Null(response.Content.Headers.ContentLength is { } length && length != body.Length ? "cut" : null);
        Assert.True(GatewayJson.Body(Pb.RangeResponse.Parser.ParseFrom(whole)).Span.SequenceEqual(body), $"{body.Length} bytes of JSON");
    }

    [Fact]
    public async Task Client_that_leaves_in_the_middle_of_a_large_answer_ends_the_call()
    {
        RangeResult result = ResultOf(Keys, ValueBytes);
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        GrpcMethodTable methods = null!;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            table =>
            {
                methods = table;
                table.Add("etcdserverpb.KV", "Range", GrpcMethodType.Unary, async call =>
                {
                    try
                    {
                        await call.RespondAsync(new OpResponse(Header, result));
                        ended.TrySetResult(null);
                    }
                    catch (Exception error)
                    {
                        ended.TrySetResult(error);
                        throw;
                    }
                });
            },
            routes: router => new JsonGateway(methods, new GrpcOptions(), "3.7.0", NullLoggerFactory.Instance).Map(router));
        using (var http = new HttpClient())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.EndPoint}/v3/kv/range")
            {
                Content = new StringContent("""{"key":"AA=="}"""),
            };
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await response.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[10_000]);
        }

        Assert.IsType<OperationCanceledException>(await ended.Task.WaitAsync(GrpcTestClient.Patience));
    }

    [Fact]
    public async Task Compressed_answer_of_many_megabytes_is_what_was_asked_for()
    {
        RangeResult result = ResultOf(Keys, ValueBytes);
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table =>
            table.Add("etcdserverpb.KV", "Range", GrpcMethodType.Unary, call => call.RespondAsync(new OpResponse(Header, result))));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(
            "/etcdserverpb.KV/Range", GrpcTestClient.Frame([]), headers: ("grpc-encoding", "gzip"));

        (byte flag, byte[] bytes) = Assert.Single(reply.Frames);
        byte[] whole = new byte[new OpResponse(Header, result).ComputeSize()];
        Copy(new OpResponse(Header, result), whole);
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var inflated = new MemoryStream();
        await gzip.CopyToAsync(inflated);
        Assert.Equal(1, flag);
        Assert.True(whole.AsSpan().SequenceEqual(inflated.ToArray()), $"{inflated.Length} bytes, {whole.Length} expected");
    }

    [Fact]
    public void Compression_in_steps_passes_on_what_it_has_and_gives_the_same_bytes_each_time()
    {
        const int StepBytes = 128 * 1024;
        var response = new OpResponse(Header, ResultOf(Keys, ValueBytes));
        var measure = new CountingStream(null);
        long taken = 0;
        long behindMax = 0;
        foreach (int step in GrpcCompression.DeflateSteps(response.Pieces(), measure, StepBytes))
        {
            taken += step;
            behindMax = Math.Max(behindMax, taken - measure.Written);
        }

        var again = new MemoryStream();
        foreach (int _ in GrpcCompression.DeflateSteps(response.Pieces(), again, StepBytes))
        {
        }

        Assert.Equal(again.Length, measure.Written);

        // The values are random, so that they stay as long as they are.
        Assert.True(behindMax < 1 << 20, $"{behindMax} bytes of {taken} were held back");
    }

    private static async Task FeedAsync(PipeWriter writer, byte[] bytes, Random random)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int count = Math.Min(random.Next(1, 50_000), bytes.Length - at);
            await writer.WriteAsync(bytes.AsMemory(at, count));
            at += count;
        }

        await writer.CompleteAsync();
    }

    private static void Copy(OpResponse response, byte[] target)
    {
        int at = 0;
        foreach (ReadOnlyMemory<byte> piece in response.Pieces())
        {
            piece.Span.CopyTo(target.AsSpan(at));
            at += piece.Length;
        }
    }

    private static RangeResult ResultOf(int keys, int valueBytes)
    {
        var records = RangeOf(keys, valueBytes).Kvs.Select(static kv => (ReadOnlyMemory<byte>)kv.ToByteArray()).ToImmutableArray();
        return new RangeResult(77, records, More: true, records.Length);
    }

    private static Pb.RangeResponse RangeOf(int keys, int valueBytes)
    {
        var random = new Random(7);
        var response = new Pb.RangeResponse { Header = new Pb.ResponseHeader { ClusterId = 1, Revision = 77 }, Count = keys };
        for (int key = 0; key < keys; key++)
        {
            byte[] value = new byte[valueBytes];
            random.NextBytes(value);
            response.Kvs.Add(new ActorEtcd.Host.Protos.Mvccpb.KeyValue
            {
                Key = ByteString.CopyFromUtf8(key.ToString("D8", CultureInfo.InvariantCulture)),
                Value = ByteString.CopyFrom(value),
                ModRevision = key,
                Lease = key % 3 == 0 ? -key : 0,
            });
        }

        return response;
    }

    private static Pb.RangeResponse RangeOf(Random random)
    {
        Pb.RangeResponse response = RangeOf(random.Next(0, 6), random.Next(3) switch { 0 => 0, 1 => 10, _ => random.Next(200_000) });
        response.Header = random.Next(3) == 0 ? null : response.Header;
        response.More = random.Next(2) == 0;
        return response;
    }

    private static Pb.TxnResponse TxnOf(Random random, int depth)
    {
        var response = new Pb.TxnResponse { Succeeded = random.Next(2) == 0, Header = random.Next(2) == 0 ? new Pb.ResponseHeader() : null };
        for (int op = random.Next(5); op > 0; op--)
        {
            response.Responses.Add(random.Next(4) switch
            {
                0 => new Pb.ResponseOp { ResponsePut = new Pb.PutResponse() },
                1 => new Pb.ResponseOp(),
                2 when depth > 0 => new Pb.ResponseOp { ResponseTxn = TxnOf(random, depth - 1) },
                _ => new Pb.ResponseOp { ResponseRange = RangeOf(random) },
            });
        }

        return response;
    }
}
