using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorEtcd.Host.Http;

/// <summary>
/// Sends clients away that ping too often (etcd: <c>--grpc-keepalive-min-time</c>). Kestrel answers pings itself and
/// tells nobody, so that the guard stands between it and the socket: it reads the frames that come, and puts a GOAWAY
/// between two frames that go.
/// </summary>
internal sealed class PingGuard : IDuplexPipe
{
    // Closing while the client still sends resets the connection, which can cost the client the GOAWAY.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _connection;
    private readonly ClientPings _pings;
    private readonly Http2FrameScanner _received = new(isClient: true);
    private readonly Http2FrameScanner _sent = new(isClient: false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Set by the reader of the connection, asked and cleared by its writer.
    private volatile bool _isGoAwayDue;

    private PingGuard(ConnectionContext connection, ClientPings pings)
    {
        _connection = connection;
        _pings = pings;
        Input = new GuardedInput(connection.Transport.Input, this);
        Output = new GuardedOutput(connection.Transport.Output, this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>The client has pinged too often and has not been told yet.</summary>
    public bool IsGoAwayDue => _isGoAwayDue && _sent.IsBetweenFrames;

    /// <summary>For the GOAWAY: streams above it were never seen.</summary>
    public int LastStream => _received.LastStream;

    /// <summary>Guards the HTTP/2 connections of a listener.</summary>
    /// <param name="minTime">The shortest time between two pings; zero for gRPC's own default.</param>
    /// <param name="isHttp2">Tells the connections that are guarded; all when null.</param>
    public static void Use(ListenOptions listen, TimeSpan minTime, Func<ConnectionContext, bool>? isHttp2 = null)
    {
        var effective = minTime > TimeSpan.Zero ? minTime : TimeSpan.FromMinutes(5);
        listen.Use(next => connection => isHttp2?.Invoke(connection) == false
            ? next(connection)
            : RunAsync(connection, new ClientPings(effective, TimeProvider.System), next));
    }

    /// <summary>Called for every piece that the client sends, before it is served.</summary>
    public void Received(in ReadOnlySequence<byte> bytes)
    {
        var before = _received.Pings;
        foreach (var segment in bytes)
        {
            _received.Take(segment.Span);
        }

        for (var pings = _received.Pings - before; pings > 0; pings--)
        {
            if (_pings.IsOneTooMany())
            {
                _isGoAwayDue = true;
            }
        }
    }

    /// <summary>Called for every piece that the server sends.</summary>
    public void Sent(ReadOnlySpan<byte> bytes)
    {
        var before = _sent.ContentFrames;
        _sent.Take(bytes);
        if (_sent.ContentFrames != before)
        {
            _pings.Answered();
        }
    }

    /// <summary>The GOAWAY is on its way: the connection ends when the client has taken it, or soon.</summary>
    public void GoAwaySent()
    {
        _isGoAwayDue = false;
        _ = CloseAsync();
    }

    private static async Task RunAsync(ConnectionContext connection, ClientPings pings, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var guard = new PingGuard(connection, pings);
        connection.Features.Set(pings);
        connection.Transport = guard;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            guard._ended.TrySetResult();
        }
    }

    private async Task CloseAsync()
    {
        await Task.WhenAny(_ended.Task, Task.Delay(CloseGrace));
        _connection.Abort(new ConnectionAbortedException("the client pings too often"));
    }
}
