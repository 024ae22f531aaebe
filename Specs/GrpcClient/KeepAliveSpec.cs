using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Specs.TestKit;
using Xunit;
using StatusCode = ActorEtcd.Host.Grpc.StatusCode;

namespace ActorEtcd.Specs.GrpcClient;

/// <summary>A server that went away without a word is noticed by pings, and one that is only silent is not left.</summary>
public sealed class KeepAliveSpec
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);

    private static readonly GrpcMethod<ReadOnlyMemory<byte>, byte[]> Watch =
        GrpcMethod.Encoded("specs.Silent", "Watch", static bytes => bytes.ToArray());

    [Fact]
    public async Task Call_to_a_server_that_answers_no_ping_ends_as_unavailable()
    {
        await using var server = new SilentServer(answersPings: false);
        await using GrpcChannel channel = await ConnectAsync(server, timeout: TimeSpan.FromMilliseconds(200));
        await using DuplexCall<ReadOnlyMemory<byte>, byte[]> watch = channel.Duplex(Watch);

        var lost = await Assert.ThrowsAsync<GrpcCallException>(() => watch.ReadAsync().AsTask().WaitAsync(Within));

        Assert.Equal((StatusCode.Unavailable, "keepalive ping failed to receive ACK within timeout"), (lost.Code, lost.Detail));
        Assert.False(channel.IsOpen);
    }

    [Fact]
    public async Task Server_that_answers_pings_may_be_silent()
    {
        await using var server = new SilentServer(answersPings: true);
        await using GrpcChannel channel = await ConnectAsync(server, timeout: Within);
        await using DuplexCall<ReadOnlyMemory<byte>, byte[]> watch = channel.Duplex(Watch);

        await Poll.UntilAsync("several pings", Within, () => Task.FromResult(server.Pings >= 3));

        Assert.True(channel.IsOpen);
    }

    [Fact]
    public async Task Server_is_not_pinged_while_nobody_waits_for_it()
    {
        await using var server = new SilentServer(answersPings: false);
        await using GrpcChannel channel = await ConnectAsync(server, timeout: Within);
        await using var clock = new SilentServer(answersPings: true);
        await using GrpcChannel busy = await ConnectAsync(clock, timeout: Within);
        await using DuplexCall<ReadOnlyMemory<byte>, byte[]> watch = busy.Duplex(Watch);

        // As long as the other takes for several pings, this one would have had its first.
        await Poll.UntilAsync("several pings", Within, () => Task.FromResult(clock.Pings >= 5));

        Assert.Equal(0, server.Pings);
        Assert.True(channel.IsOpen);
    }

    private static Task<GrpcChannel> ConnectAsync(SilentServer server, TimeSpan timeout) => GrpcChannel.ConnectAsync(
        "127.0.0.1",
        server.Port,
        new GrpcChannelOptions { ConnectTimeout = Within, KeepAliveTime = TimeSpan.FromMilliseconds(50), KeepAliveTimeout = timeout });
}
