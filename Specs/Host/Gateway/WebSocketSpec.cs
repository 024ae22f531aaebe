using System.Net;
using System.Net.WebSockets;
using System.Text;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Grpc;
using Xunit;

namespace ActorEtcd.Specs.Host.Gateway;

public sealed class WebSocketSpec
{
    private static readonly TimeSpan Patience = GrpcTestClient.Patience;

    [Fact]
    public async Task Messages_become_requests_and_lines_become_messages()
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        using ClientWebSocket socket = await ConnectAsync(server, "/v3/lease/keepalive");
        foreach (int id in new[] { 1, 2, 3 })
        {
            await SendAsync(socket, $$"""{"ID":{{id}}}""");
            Assert.Equal($$$"""{"result":{"ID":"{{{id}}}"}}""", await ReceiveAsync(socket));
        }

        await SendAsync(socket, """{"ID":-1}""");
        Assert.Equal(
            """{"error":{"code":5,"message":"etcdserver: requested lease not found","details":[]}}""", await ReceiveAsync(socket));
        Assert.Null(await ReceiveAsync(socket));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Large_messages_come_in_pieces()
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        using ClientWebSocket socket = await ConnectAsync(server, "/v3/kv/put");
        string value = Convert.ToBase64String(new byte[1 << 20]);

        await SendAsync(socket, $$"""{"key":"YQ==","value":"{{value}}"}""");

        Assert.Equal("{}", await ReceiveAsync(socket));
        Assert.Null(await ReceiveAsync(socket));
    }

    [Theory]
    [InlineData("Bearer", "abc")]
    [InlineData(null, "abc")]
    public async Task Token_comes_as_protocol_or_cookie(string? protocol, string token)
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        using var socket = new ClientWebSocket();
        if (protocol is null)
        {
            socket.Options.Cookies = new CookieContainer();
            socket.Options.Cookies.Add(new Cookie("token", token, "/", server.EndPoint.Address.ToString()));
        }
        else
        {
            socket.Options.AddSubProtocol(protocol);
            socket.Options.AddSubProtocol(token);
        }

        await socket.ConnectAsync(new Uri($"ws://{server.EndPoint}/v3/kv/put"), CancellationToken.None).WaitAsync(Patience);
        await SendAsync(socket, """{"key":"YQ==","prev_kv":true}""");

        string said = Convert.ToBase64String("Bearer abc abc"u8);
        Assert.Equal($$$"""{"prev_kv":{"key":"YQ==","value":"{{{said}}}"}}""", await ReceiveAsync(socket));
        Assert.Equal(protocol, socket.SubProtocol);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leave_of_the_client_ends_the_call(bool isPolite)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0", ended);
        using ClientWebSocket socket = await ConnectAsync(server, "/v3/watch");
        await SendAsync(socket, """{"create_request":{}}""");
        Assert.Equal("""{"result":{"created":true}}""", await ReceiveAsync(socket));

        if (isPolite)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        else
        {
            socket.Abort();
        }

        await ended.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Unknown_path_is_told_in_a_message()
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        using ClientWebSocket socket = await ConnectAsync(server, "/v3/nope");
        Assert.Equal("""{"code":5,"message":"Not Found","details":[]}""", await ReceiveAsync(socket));
        Assert.Null(await ReceiveAsync(socket));
    }

    [Theory]
    [InlineData("12", "dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("13", "c2hvcnQ=")]
    public async Task Wrong_handshake_is_a_bad_request(string version, string key)
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server.EndPoint}/v3/watch");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", version);
        request.Headers.Add("Sec-WebSocket-Key", key);

        using HttpResponseMessage response = await http.SendAsync(request).WaitAsync(Patience);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static async Task<ClientWebSocket> ConnectAsync(GrpcTestServer server, string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.EndPoint}{path}"), CancellationToken.None).WaitAsync(Patience);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string text)
        => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(Patience);

    // Null: the server has closed.
    private static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[4096];
        WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
