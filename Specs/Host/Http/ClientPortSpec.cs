using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Grpc;
using ActorEtcd.Specs.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

public sealed class ClientPortSpec
{
    private static readonly TimeSpan Patience = GrpcTestClient.Patience;

    [Fact]
    public async Task Port_serves_grpc_http2_and_http1()
    {
        await using GrpcTestServer server = await StartAsync();
        using var http2 = new GrpcTestClient(server.EndPoint);
        using var http1 = new HttpClient();

        GrpcReply reply = await http2.CallAsync("/etcdserverpb.KV/Range", GrpcTestClient.Frame([]));
        string over2 = await http2.Http.GetStringAsync("/hello");
        string over1 = await http1.GetStringAsync($"http://{server.EndPoint}/hello");

        Assert.Equal(("0", "hello", "hello"), (reply.Status, over2, over1));
    }

    [Fact]
    public async Task Preface_may_arrive_byte_by_byte_while_others_are_served()
    {
        await using GrpcTestServer server = await StartAsync();
        using Socket slow = await ConnectAsync(server.EndPoint);
        await slow.SendAsync("PRI * HT"u8.ToArray());
        using Socket silent = await ConnectAsync(server.EndPoint);
        using var http1 = new HttpClient();
        Assert.Equal("hello", await http1.GetStringAsync($"http://{server.EndPoint}/hello"));

        // Preface and empty SETTINGS; the server's first frame is its own SETTINGS (type 4).
        foreach (byte b in "TP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray())
        {
            await slow.SendAsync(new[] { b });
        }

        byte[] frame = new byte[9];
        int read = await slow.ReceiveAsync(frame).WaitAsync(Patience);
        Assert.Equal((9, 4), (read, frame[3]));
    }

    [Theory]
    [InlineData("PRI * HT")]
    [InlineData("")]
    public async Task Early_close_is_survived(string start)
    {
        await using GrpcTestServer server = await StartAsync();
        using (Socket socket = await ConnectAsync(server.EndPoint))
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(start));
            socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        }

        using var http1 = new HttpClient();
        Assert.Equal("hello", await http1.GetStringAsync($"http://{server.EndPoint}/hello"));
    }

    [Fact]
    public async Task Silent_connection_is_closed_after_the_timeout()
    {
        await using GrpcTestServer server = await StartAsync(options =>
            options with { SniffTimeout = TimeSpan.FromMilliseconds(50) });
        using Socket socket = await ConnectAsync(server.EndPoint);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Patience));
    }

    [Fact]
    public async Task Idle_http2_connection_stays_open_over_the_servers_heartbeats()
    {
        // Kestrel looks for connections that are idle for too long once a second.
        TimeSpan heartbeats = TimeSpan.FromSeconds(2.5);
        await using GrpcTestServer server = await StartAsync();
        using Socket idle = await ConnectAsync(server.EndPoint);
        await idle.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray());

        await Assert.ThrowsAsync<TimeoutException>(() => EndOfConnectionAsync(idle).WaitAsync(heartbeats));
    }

    [Fact]
    public async Task Request_that_begins_like_the_preface_is_http1()
    {
        await using GrpcTestServer server = await StartAsync();
        using Socket socket = await ConnectAsync(server.EndPoint);
        await socket.SendAsync("PRI"u8.ToArray());
        await socket.SendAsync("NT /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());

        using var reader = new StreamReader(new NetworkStream(socket));
        string response = await reader.ReadToEndAsync().WaitAsync(Patience);

        Assert.StartsWith("HTTP/1.1 200 OK", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_addresses_are_served()
    {
        var options = new FrontDoorOptions
        {
            EndPoints =
            [
                new ListenEndPoint(new IPEndPoint(IPAddress.Loopback, 0)),
                new ListenEndPoint(new IPEndPoint(IPAddress.IPv6Loopback, 0)),
            ],
        };
        await using FrontDoor door = await FrontDoor.StartAsync(
            options, new GrpcMethodTable(new MetricRegistry()), Routes(new HttpRouter()), NullLoggerFactory.Instance);
        using var http = new HttpClient();

        foreach (EndPoint endPoint in door.EndPoints)
        {
            Assert.Equal("hello", await http.GetStringAsync($"http://{endPoint}/hello"));
        }
    }

    [Fact]
    public async Task Port_in_use_is_a_typed_error_and_leaves_nothing_bound()
    {
        await using GrpcTestServer server = await StartAsync();
        int free = FreePorts.Next();
        var options = new FrontDoorOptions
        {
            EndPoints =
            [
                new ListenEndPoint(new IPEndPoint(IPAddress.Loopback, free)),
                new ListenEndPoint(server.EndPoint),
            ],
        };
        ListenException error = await Assert.ThrowsAsync<ListenException>(() => FrontDoor.StartAsync(
            options, new GrpcMethodTable(new MetricRegistry()), new HttpRouter(), NullLoggerFactory.Instance));

        Assert.Equal($"listen tcp {server.EndPoint}: bind: address already in use", error.Message);
        using var again = new TcpListener(IPAddress.Loopback, free);
        again.Start();
    }

    [Fact]
    public async Task Port_can_be_bound_again_after_the_stop()
    {
        GrpcTestServer first = await StartAsync();
        using (var client = new GrpcTestClient(first.EndPoint))
        {
            await client.CallAsync("/etcdserverpb.KV/Range", GrpcTestClient.Frame([]));
            await first.DisposeAsync();
        }

        await using GrpcTestServer second = await StartAsync(options => options with
        {
            EndPoints = [new ListenEndPoint(first.EndPoint)],
        });
        Assert.Equal(first.EndPoint, second.EndPoint);
    }

    private static Task<GrpcTestServer> StartAsync(Func<FrontDoorOptions, FrontDoorOptions>? configure = null) =>
        GrpcTestServer.StartAsync(
            table => table.Unary(
                "etcdserverpb.KV", "Range", RangeRequest.Parser, (_, _) => ValueTask.FromResult(new RangeResponse())),
            configure,
            router => Routes(router));

    private static HttpRouter Routes(HttpRouter router) =>
        router.Map("/hello", call => call.RespondAsync(200, "text/plain", "hello"));

    private static async Task EndOfConnectionAsync(Socket socket)
    {
        byte[] frames = new byte[1024];
        while (await socket.ReceiveAsync(frames) > 0)
        {
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return socket;
    }
}
