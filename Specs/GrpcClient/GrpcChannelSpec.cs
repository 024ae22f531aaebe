using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Specs.TestKit;
using Xunit;
using StatusCode = ActorEtcd.Host.Grpc.StatusCode;

namespace ActorEtcd.Specs.GrpcClient;

/// <summary>The client against Kestrel's HTTP/2.</summary>
public sealed class GrpcChannelSpec
{
    private static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Echo = Method("Echo");
    private static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Fail = Method("Fail");
    private static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Hang = Method("Hang");
    private static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Cut = Method("Cut");
    private static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> None = Method("None");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_379)]
    [InlineData(16_380)]
    [InlineData(65_536)]
    [InlineData(9_000_001)]
    public async Task Message_of_any_size_comes_back_unchanged(int size)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(message, await channel.UnaryAsync(Echo, message));
        }
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(524_288)]
    [InlineData(6_000_001)]
    public async Task Streamed_message_larger_than_the_window_arrives_and_so_does_what_follows(int size)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        var options = new GrpcChannelOptions { StreamWindowBytes = 1 << 19 };
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port, options);
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        for (int i = 0; i < 3; i++)
        {
            await using DuplexCall<ReadOnlyMemory<byte>, byte[]> call = channel.ServerStreaming(Echo, message);
            Assert.Equal(message, await call.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.False((await call.TryReadAsync()).HasValue);
        }
    }

    [Fact]
    public async Task Calls_beyond_the_servers_limit_wait_for_their_turn()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => channel.UnaryAsync(Echo, new byte[] { (byte)i, 7 }).AsTask()));
        Assert.Equal(Enumerable.Range(0, 200), answers.Select(answer => (int)answer[0]));
        Assert.True(server.ConcurrentMax <= EchoServer.StreamsMax, $"{server.ConcurrentMax} at once");
    }

    [Fact]
    public async Task Error_carries_code_and_unescaped_text()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        for (int i = 0; i < 3; i++)
        {
            GrpcCallException failure = await FailureAsync(channel.UnaryAsync(Fail, new byte[1]));
            Assert.Equal((StatusCode.FailedPrecondition, "café 100%"), (failure.Code, failure.Detail));
        }

        Assert.Equal(StatusCode.Unimplemented, (await FailureAsync(channel.UnaryAsync(None, new byte[1]))).Code);
        Assert.Equal(new byte[] { 1 }, await channel.UnaryAsync(Echo, new byte[] { 1 }));
    }

    [Fact]
    public async Task Deadline_ends_the_call_here_and_on_the_server()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        GrpcCallException failure = await FailureAsync(
            channel.UnaryAsync(Hang, new byte[1], TimeSpan.FromMilliseconds(50)));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.Code);
        await server.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("50m", server.LastTimeoutHeader);
        Assert.Equal(new byte[] { 1 }, await channel.UnaryAsync(Echo, new byte[] { 1 }));
    }

    [Fact]
    public async Task Cancellation_ends_the_call_here_and_on_the_server()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        using var cancel = new CancellationTokenSource();
        Task<byte[]> call = channel.UnaryAsync(Hang, new byte[1], cancellationToken: cancel.Token).AsTask();
        await Poll.UntilAsync(
            "the call to arrive", TimeSpan.FromSeconds(60), () => Task.FromResult(server.ConcurrentMax == 1));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await server.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Duplex_call_interleaves_requests_and_responses()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        await using DuplexCall<ReadOnlyMemory<byte>, byte[]> call = channel.Duplex(Echo);
        for (int i = 0; i < 100; i++)
        {
            await call.WriteAsync(new byte[] { (byte)i });
            Assert.Equal(new[] { (byte)i }, await call.ReadAsync());
        }

        await call.WriteAsync(new byte[300_000]);
        call.CompleteRequests();
        Assert.Equal(300_000, (await call.ReadAsync()).Length);
        Assert.False((await call.TryReadAsync()).HasValue);
    }

    [Fact]
    public async Task Unread_stream_holds_the_server_back_but_not_other_calls()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync(
            "127.0.0.1", server.Port, new GrpcChannelOptions { StreamWindowBytes = 100_000 });
        await using DuplexCall<ReadOnlyMemory<byte>, byte[]> slow = channel.Duplex(Echo);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
            {
                await slow.WriteAsync(new byte[50_000]);
            }

            slow.CompleteRequests();
        });
        Assert.Equal(new byte[] { 1 }, await channel.UnaryAsync(Echo, new byte[] { 1 }, TimeSpan.FromSeconds(60)));
        int received = 0;
        await foreach (byte[] message in slow.ReadAllAsync())
        {
            received += message.Length;
        }

        await writing;
        Assert.Equal(40 * 50_000, received);
    }

    [Fact]
    public async Task Reset_stream_fails_its_call_only()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        await FailureAsync(channel.UnaryAsync(Cut, new byte[10]));
        Assert.Equal(new byte[] { 1 }, await channel.UnaryAsync(Echo, new byte[] { 1 }));
        Assert.True(channel.IsOpen);
    }

    [Fact]
    public async Task Server_that_goes_away_fails_open_calls_and_later_ones_as_unavailable()
    {
        EchoServer server = await EchoServer.StartAsync();
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", server.Port);
        await using DuplexCall<ReadOnlyMemory<byte>, byte[]> open = channel.Duplex(Echo);
        await open.WriteAsync(new byte[1]);
        await open.ReadAsync();
        Task stopping = server.DisposeAsync().AsTask();
        await Poll.UntilAsync("new calls to be refused", TimeSpan.FromSeconds(90), async () =>
        {
            try
            {
                await channel.UnaryAsync(Echo, new byte[1]);
                return false;
            }
            catch (GrpcCallException failure)
            {
                return failure.Code == StatusCode.Unavailable;
            }
        });
        open.Cancel();
        await stopping;
        GrpcCallException refused = await Assert.ThrowsAsync<GrpcCallException>(
            () => GrpcChannel.ConnectAsync("127.0.0.1", server.Port));
        Assert.Equal(StatusCode.Unavailable, refused.Code);
    }

    private static GrpcMethod<ReadOnlyMemory<byte>, byte[]> Method(string name)
    {
        return GrpcMethod.Encoded("spec.Echo", name, static bytes => bytes.ToArray());
    }

    private static async Task<GrpcCallException> FailureAsync(ValueTask<byte[]> call)
    {
        return await Assert.ThrowsAsync<GrpcCallException>(() => call.AsTask());
    }
}
