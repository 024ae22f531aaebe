using System.Text;
using System.Threading.Channels;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Grpc;

public sealed class GrpcStreamSpec
{
    private const string Service = "spec.Stream";
    private static readonly TimeSpan Patience = GrpcTestClient.Patience;

    [Fact]
    public async Task Bidi_stream_echoes_one_by_one()
    {
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Echo");

        for (int i = 0; i < 50; i++)
        {
            byte[] message = Message(i);
            await stream.SendAsync(message);
            Assert.Equal(message, await stream.ReceiveAsync());
        }

        stream.CloseSend();
        Assert.Equal("0", (await stream.EndAsync()).Status);
    }

    [Fact]
    public async Task Requests_cut_and_joined_anywhere_arrive_whole()
    {
        int seed = SpecEnvironment.Seed ?? 1;
        var random = new Random(seed);
        await using GrpcTestServer server = await EchoAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Echo");
        byte[][] messages = [.. Enumerable.Range(0, 200).Select(i => Message(i, random.Next(0, 2000)))];
        byte[] bytes = [.. messages.SelectMany(message => GrpcTestClient.Frame(message))];

        Task sending = Task.Run(async () =>
        {
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(random.Next(1, 3000), bytes.Length - at);
                await stream.SendRawAsync(bytes[at..(at + length)]);
                at += length;
            }

            stream.CloseSend();
        });
        foreach (byte[] message in messages)
        {
            byte[]? received = await stream.ReceiveAsync();
            Assert.True(message.AsSpan().SequenceEqual(received), $"seed {seed}");
        }

        await sending;
        Assert.Equal("0", (await stream.EndAsync()).Status);
    }

    [Fact]
    public async Task Writer_works_while_reader_waits_and_batches_frames()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.BidiStream(
            Service, "Push", WatchCancelRequest.Parser, async (requests, call) =>
            {
                ValueTask<bool> waiting = requests.MoveNextAsync();
                for (int batch = 0; batch < 10; batch++)
                {
                    for (int i = 0; i < 100; i++)
                    {
                        call.Respond(new WatchCancelRequest { WatchId = (batch * 100) + i });
                    }

                    await call.FlushAsync();
                }

                Assert.True(await waiting);
                Assert.Equal(7, requests.Current.WatchId);
                Assert.False(await requests.MoveNextAsync());
            }));
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Push");

        for (int i = 0; i < 1000; i++)
        {
            byte[]? message = await stream.ReceiveAsync();
            Assert.Equal(i, WatchCancelRequest.Parser.ParseFrom(message).WatchId);
        }

        await stream.SendAsync(new WatchCancelRequest { WatchId = 7 }.ToByteArray());
        stream.CloseSend();
        Assert.Equal("0", (await stream.EndAsync()).Status);
    }

    [Fact]
    public async Task Slow_client_holds_the_writer_back()
    {
        var written = 0;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.ServerStream(
            Service, "Flood", SnapshotRequest.Parser, async (_, call) =>
            {
                using CancellationTokenRegistration on = call.CancellationToken.Register(() => ended.TrySetResult());
                byte[] block = new byte[64 * 1024];
                while (written < 10_000)
                {
                    call.RespondEncoded(block);
                    Interlocked.Increment(ref written);
                    if (!await call.FlushAsync())
                    {
                        // The writer may hear of the end before the token does.
                        ended.TrySetResult();
                        return;
                    }
                }
            }));
        using var client = new GrpcTestClient(server.EndPoint);
        using (GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Flood"))
        {
            await stream.SendAsync([[]]);
            stream.CloseSend();
            Assert.NotNull(await stream.ReceiveAsync());
        }

        await ended.Task.WaitAsync(Patience);
        Assert.InRange(Volatile.Read(ref written), 1, 9_000);
    }

    [Fact]
    public async Task Client_that_resets_cancels_the_token_and_the_read()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.BidiStream(
            Service, "Hang", WatchRequest.Parser, async (requests, call) =>
            {
                call.CancellationToken.Register(() => cancelled.TrySetResult());
                await call.RespondAndFlushAsync(new WatchProgressRequest());
                read.SetResult(await Record.ExceptionAsync(async () => await requests.MoveNextAsync()));
            }));
        using var client = new GrpcTestClient(server.EndPoint);
        using (GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Hang"))
        {
            Assert.NotNull(await stream.ReceiveAsync());
        }

        await cancelled.Task.WaitAsync(Patience);
        Assert.NotNull(await read.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task Deadline_ends_the_wait_for_an_answer_that_does_not_come()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.Unary(
            Service, "Never", PutRequest.Parser, (_, call) => call.WithinDeadline(new ValueTask<PutResponse>(new TaskCompletionSource<PutResponse>().Task))));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync("/spec.Stream/Never", GrpcTestClient.Frame([]), headers: ("grpc-timeout", "50m"));

        Assert.Equal(("4", "context deadline exceeded"), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Deadline_cancels_the_handler_and_answers_deadline_exceeded()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.Unary(
            Service, "Slow", PutRequest.Parser, async (_, call) =>
            {
                Assert.True(call.Remaining!.Value.TotalSeconds < 0.2, $"{call.Remaining}");
                await Task.Delay(Timeout.Infinite, call.CancellationToken);
            }));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync(
            "/spec.Stream/Slow", GrpcTestClient.Frame([]), headers: ("grpc-timeout", "150m"));
        GrpcReply malformed = await client.CallAsync(
            "/spec.Stream/Slow", GrpcTestClient.Frame([]), headers: ("grpc-timeout", "soon"));

        Assert.Equal(("4", "context deadline exceeded"), (reply.Status, reply.Message));
        Assert.Equal((400, "13"), (malformed.HttpStatus, malformed.Status));
    }

    [Fact]
    public async Task Cancel_from_outside_ends_a_waiting_read_with_its_status()
    {
        var calls = Channel.CreateUnbounded<GrpcCall>();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.BidiStream(
            Service, "Hang", WatchRequest.Parser, async (requests, call) =>
            {
                await call.RespondAndFlushAsync(new WatchProgressRequest());
                calls.Writer.TryWrite(call);
                while (await requests.MoveNextAsync())
                {
                }
            }));
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Hang");

        GrpcCall call = await calls.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        call.Cancel(EtcdErrors.NoLeader);

        GrpcReply reply = await stream.EndAsync();
        Assert.Equal(("14", "etcdserver: no leader"), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Status_after_messages_goes_into_trailers()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.ServerStream(
            Service, "Some", SnapshotRequest.Parser, async (_, call) =>
            {
                await call.RespondAndFlushAsync(new SnapshotResponse { RemainingBytes = 1 });
                throw EtcdErrors.Corrupt.ToException();
            }));
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply reply = await client.CallAsync("/spec.Stream/Some", GrpcTestClient.Frame([]));

        Assert.False(reply.TrailersOnly);
        Assert.Equal(("15", "etcdserver: corrupt cluster"), (reply.Status, reply.Message));
        Assert.Single(reply.Frames);
    }

    [Fact]
    public async Task Client_stream_is_read_to_its_end()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.ClientStream(
            Service, "Sum", LeaseKeepAliveRequest.Parser, async (requests, call) =>
            {
                long sum = 0;
                while (await requests.MoveNextAsync())
                {
                    sum += requests.Current.ID;
                }

                call.Respond(new LeaseKeepAliveRequest { ID = sum });
            }));
        using var client = new GrpcTestClient(server.EndPoint);
        byte[] body = [.. Enumerable.Range(1, 100)
            .SelectMany(i => GrpcTestClient.Frame(new LeaseKeepAliveRequest { ID = i }.ToByteArray()))];

        GrpcReply reply = await client.CallAsync("/spec.Stream/Sum", body);

        Assert.Equal(5050, LeaseKeepAliveRequest.Parser.ParseFrom(Assert.Single(reply.Frames).Bytes).ID);
    }

    [Fact]
    public async Task Stop_lets_calls_end_and_aborts_the_rest()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        GrpcTestServer server = await GrpcTestServer.StartAsync(table => table.BidiStream(
            Service, "Hang", WatchRequest.Parser, async (requests, call) =>
            {
                call.CancellationToken.Register(() => aborted.TrySetResult());
                await call.RespondAndFlushAsync(new WatchProgressRequest());
                await requests.MoveNextAsync();
            }));
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/spec.Stream/Hang");
        Assert.NotNull(await stream.ReceiveAsync());

        await server.StopAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(Patience);

        await aborted.Task.WaitAsync(Patience);
        await server.DisposeAsync();
    }

    private static byte[] Message(int i, int padding = 0) =>
        Encoding.UTF8.GetBytes($"message {i} {new string('.', padding)}");

    private static Task<GrpcTestServer> EchoAsync() => GrpcTestServer.StartAsync(table => table.Add(
        Service, "Echo", GrpcMethodType.BidiStream, async call =>
        {
            while (await call.ReadAsync())
            {
                call.RespondEncoded(System.Buffers.BuffersExtensions.ToArray(call.Request));
                await call.FlushAsync();
            }
        }));
}
