using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using ActorEtcd.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// One web socket to a path of the gateway, as etcd's proxy has them: every message from the client is a piece of the
/// body of a POST to the path, every line of the answer is a text message. Browsers have no other way to a stream that
/// both sides send on.
/// </summary>
internal sealed class WebSocketBridge
{
    private const int ReceiveBytes = 16 * 1024;

    // How long the client may take to say that it has heard of the end.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _ended;
    private readonly Pipe _requests = new();
    private readonly Pipe _responses = new();
    private readonly HttpCall _call;
    private readonly ILogger _logger;

    private WebSocketBridge(WebSocket socket, HttpCall handshake, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(handshake.Aborted);
        var pipes = new LoopbackFeatures(_requests.Reader, _responses.Writer, _ended.Token);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Post,
            Path = handshake.Path,
            Headers = WebSocketHandshake.HeadersFor(handshake.RequestHeaders),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(pipes);
        features.Set<IRequestBodyPipeFeature>(pipes);
        features.Set<IHttpRequestLifetimeFeature>(pipes);
        features.Set(handshake.Connection);
        _call = new HttpCall(features);
    }

    /// <summary>Serves the web socket to its end.</summary>
    /// <param name="gateway">What serves the POST.</param>
    public static async ValueTask ServeAsync(HttpCall handshake, HttpHandler gateway, ILogger logger)
    {
        if (WebSocketHandshake.Refusal(handshake) is { } refusal)
        {
            await handshake.ErrorAsync(StatusCodes.Status400BadRequest, refusal);
            return;
        }

        await using var stream = await WebSocketHandshake.AcceptAsync(handshake);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var bridge = new WebSocketBridge(socket, handshake, logger);
        await bridge.RunAsync(gateway);
    }

    private async Task RunAsync(HttpHandler gateway)
    {
        var receiving = ReceiveAsync();
        var serving = ServeAsync(gateway);
        await SendAsync();
        await Task.WhenAny(receiving, Task.Delay(CloseGrace));
        await _ended.CancelAsync();
        await serving;
        await receiving;
        _ended.Dispose();
    }

    private async Task ServeAsync(HttpHandler gateway)
    {
        try
        {
            await gateway(_call);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            _logger.LogDebug(error, "the client left the web socket at {Path}", _call.Path);
        }
        catch (Exception error)
        {
            _logger.LogError(error, "failed to serve the web socket at {Path}", _call.Path);
        }

        await _responses.Writer.CompleteAsync();
        await _requests.Reader.CompleteAsync();
    }

    // Messages of the client become lines of the body. Its leave ends the call.
    private async Task ReceiveAsync()
    {
        var body = _requests.Writer;
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(body.GetMemory(ReceiveBytes), _ended.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                body.Advance(received.Count);
                if (received.EndOfMessage)
                {
                    body.Write("\n"u8);
                }

                // What comes after the end of the call is dropped by the pipe.
                await body.FlushAsync(_ended.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            _logger.LogDebug(error, "a web socket at {Path} ended", _call.Path);
        }

        await body.CompleteAsync();
        await _ended.CancelAsync();
    }

    // Lines of the answer become messages to the client; the end of the answer closes the socket.
    private async Task SendAsync()
    {
        var answer = _responses.Reader;
        try
        {
            while (true)
            {
                var result = await answer.ReadAsync();
                var rest = await SendLinesAsync(result.Buffer);
                if (result.IsCompleted && !rest.IsEmpty)
                {
                    await SendLineAsync(rest);
                    rest = rest.Slice(rest.End);
                }

                answer.AdvanceTo(rest.Start, rest.End);
                if (result.IsCompleted)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, _ended.Token);
                    break;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            _logger.LogDebug(error, "the client left the web socket at {Path}", _call.Path);
        }

        await answer.CompleteAsync();
    }

    private async ValueTask<ReadOnlySequence<byte>> SendLinesAsync(ReadOnlySequence<byte> buffer)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            if (!line.IsEmpty)
            {
                await SendLineAsync(line);
            }

            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }

    private ValueTask SendLineAsync(ReadOnlySequence<byte> line) => _socket.SendAsync(
        line.IsSingleSegment ? line.First : line.ToArray(), WebSocketMessageType.Text, endOfMessage: true, _ended.Token);
}
