using System.Buffers.Binary;
using System.Text;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Grpc;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

public sealed class ClientPingsSpec
{
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(5);

    [Fact]
    public void Client_without_streams_may_ping_once_and_is_forgiven_two_strikes()
    {
        var pings = new ClientPings(MinTime, new ManualTime());

        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(_ => pings.IsOneTooMany()));
    }

    [Fact]
    public void Client_with_a_stream_may_ping_as_often_as_it_is_told()
    {
        var time = new ManualTime();
        var pings = new ClientPings(MinTime, time);
        pings.StreamOpened();
        for (int i = 0; i < 10; i++)
        {
            Assert.False(pings.IsOneTooMany());
            time.Advance(MinTime);
        }

        pings.StreamClosed();
        Assert.Equal([false, false, true], Enumerable.Range(0, 3).Select(_ => pings.IsOneTooMany()));
    }

    [Fact]
    public void Responses_forgive_every_strike()
    {
        var pings = new ClientPings(MinTime, new ManualTime());
        for (int i = 0; i < 20; i++)
        {
            Assert.False(pings.IsOneTooMany());
            if (i % 3 == 2)
            {
                pings.Answered();
            }
        }
    }

    [Fact]
    public void Frames_are_found_in_pieces_of_any_size()
    {
        byte[] bytes =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. Frame(4, 0, 0, new byte[6]),
            .. Frame(1, 4, 7, Encoding.ASCII.GetBytes("PRI * HTTP/2.0")),
            .. Frame(6, 0, 0, new byte[8]),
            .. Frame(0, 1, 7, new byte[300]),
            .. Frame(6, 1, 0, new byte[8]),
            .. Frame(6, 0, 0, new byte[8]),
        ];
        for (int size = 1; size <= bytes.Length; size++)
        {
            var scanner = new Http2FrameScanner(isClient: true);
            foreach (byte[] piece in bytes.Chunk(size))
            {
                scanner.Take(piece);
            }

            Assert.Equal((2L, 2L, 7, true), (scanner.Pings, scanner.ContentFrames, scanner.LastStream, scanner.IsBetweenFrames));
        }
    }

    [Fact]
    public void Another_protocol_has_no_pings()
    {
        var scanner = new Http2FrameScanner(isClient: true);
        scanner.Take("POST /v3/kv/put HTTP/1.1\r\n"u8);
        scanner.Take(Frame(6, 0, 0, new byte[8]));

        Assert.Equal(0, scanner.Pings);
    }

    [Fact]
    public async Task Client_that_pings_too_often_is_sent_away()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(_ => { });
        await using RawHttp2 client = await RawHttp2.ConnectAsync(server.EndPoint);
        for (byte i = 0; i < 3; i++)
        {
            await client.SendAsync(RawHttp2.Ping, 0, [i, 0, 0, 0, 0, 0, 0, 0]);
            (byte flags, byte[] payload) = (await client.ReceiveAsync(RawHttp2.Ping)).GetValueOrDefault();
            Assert.Equal((RawHttp2.Ack, i), (flags, payload[0]));
        }

        await client.SendAsync(RawHttp2.Ping, 0, new byte[8]);
        byte[] goAway = (await client.ReceiveAsync(RawHttp2.GoAway)).GetValueOrDefault().Payload;

        Assert.Equal(0, BinaryPrimitives.ReadInt32BigEndian(goAway));
        Assert.Equal(11, BinaryPrimitives.ReadInt32BigEndian(goAway.AsSpan(4)));
        Assert.Equal("too_many_pings", Encoding.ASCII.GetString(goAway.AsSpan(8)));
        Assert.Null(await client.ReceiveAsync(RawHttp2.GoAway));
    }

    [Fact]
    public async Task Calls_between_pings_keep_the_connection()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            table => table.Unary("spec.Pings", "Echo", PutRequest.Parser, (request, _) => ValueTask.FromResult(request)));
        using var client = new GrpcTestClient(server.EndPoint);

        // The client measures its window by pings of its own while large answers come in.
        byte[] large = GrpcTestClient.Frame(new PutRequest { Value = ByteString.CopyFrom(new byte[1_000_000]) }.ToByteArray());
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("0", (await client.CallAsync("/spec.Pings/Echo", large)).Status);
        }
    }

    [Fact]
    public async Task Silent_client_is_pinged_and_closed_when_it_does_not_answer()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            _ => { },
            options => options with { KeepAliveInterval = TimeSpan.FromMilliseconds(1), KeepAliveTimeout = TimeSpan.FromMilliseconds(1) });
        await using RawHttp2 client = await RawHttp2.ConnectAsync(server.EndPoint);

        Assert.Equal(0, (await client.ReceiveAsync(RawHttp2.Ping)).GetValueOrDefault().Flags);
        Assert.NotNull(await client.ReceiveAsync(RawHttp2.GoAway));
        Assert.Null(await client.ReceiveAsync(RawHttp2.GoAway));
    }

    [Fact]
    public async Task Limit_of_streams_is_told_to_the_client()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(_ => { }, options => options with { MaxConcurrentStreams = 17 });
        await using RawHttp2 client = await RawHttp2.ConnectAsync(server.EndPoint);

        byte[] settings = (await client.ReceiveAsync(RawHttp2.Settings)).GetValueOrDefault().Payload;

        // Each setting is a number of two bytes and a value of four; 3 is SETTINGS_MAX_CONCURRENT_STREAMS.
        Assert.Contains(settings.Chunk(6), setting => setting is [0, 3, 0, 0, 0, 17]);
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan span) => _ticks += span.Ticks;
    }
}
