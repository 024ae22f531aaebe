using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Http;

/// <summary>
/// A bound socket whose connections are told apart by their first bytes and handed, bytes unconsumed, to the listener
/// of their protocol. Each connection is sniffed on its own: a silent one holds nobody up.
/// </summary>
internal sealed class ClearTextPort : IAsyncDisposable
{
    private readonly IConnectionListener _socket;
    private readonly TimeSpan _timeout;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _unbound = new();
    private readonly Task _accepting;

    private ClearTextPort(IConnectionListener socket, TimeSpan timeout, ILogger logger)
    {
        _socket = socket;
        _timeout = timeout;
        _logger = logger;
        Http1 = new SniffedListener(new SniffedEndPoint(this, SniffedProtocol.Http1));
        Http2 = new SniffedListener(new SniffedEndPoint(this, SniffedProtocol.Http2));
        _accepting = AcceptAllAsync();
    }

    public EndPoint EndPoint => _socket.EndPoint;

    public SniffedListener Http1 { get; }

    public SniffedListener Http2 { get; }

    public static async Task<ClearTextPort> BindAsync(
        IConnectionListenerFactory sockets, EndPoint address, TimeSpan timeout, ILogger logger)
    {
        try
        {
            return new ClearTextPort(await sockets.BindAsync(address), timeout, logger);
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidOperationException)
        {
            throw new ListenException(address, error);
        }
    }

    /// <summary>Stops accepting, for both protocols; connections that are served go on.</summary>
    public async ValueTask UnbindAsync()
    {
        await _unbound.CancelAsync();
        await _socket.UnbindAsync();
        await _accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await _unbound.CancelAsync();
        await _socket.DisposeAsync();
    }

    private async Task AcceptAllAsync()
    {
        // The constructor's caller must not run the loop.
        await Task.Yield();
        try
        {
            while (await _socket.AcceptAsync(_unbound.Token) is { } connection)
            {
                _ = SniffAsync(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // Unbound.
        }
        catch (Exception error)
        {
            _logger.LogCritical(error, "stopped accepting client connections on {EndPoint}", EndPoint);
        }
    }

    private async Task SniffAsync(ConnectionContext connection)
    {
        try
        {
            SniffedProtocol protocol = await FirstBytesAsync(connection);
            SniffedListener listener = protocol == SniffedProtocol.Http2 ? Http2 : Http1;
            if (protocol != SniffedProtocol.Undecided && listener.TryHandOver(connection))
            {
                return;
            }
        }
        catch (Exception error)
        {
            _logger.LogDebug(error, "closed a client connection from {Remote} that said nothing", connection.RemoteEndPoint);
        }

        await connection.DisposeAsync();
    }

    // Undecided: the client closed, or took too long.
    private async Task<SniffedProtocol> FirstBytesAsync(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token);
        limit.CancelAfter(_timeout);
        PipeReader input = connection.Transport.Input;
        long examined = 0;
        while (true)
        {
            ReadResult result = await input.ReadAsync(limit.Token);
            SniffedProtocol protocol = result.Buffer.IsEmpty
                ? SniffedProtocol.Undecided
                : ProtocolSniffer.Decide(result.Buffer);
            if (protocol != SniffedProtocol.Undecided)
            {
                // Examined may not move back, and what is left unexamined makes the next reader's first read complete.
                input.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(examined));
                return protocol;
            }

            examined = result.Buffer.Length;
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return protocol;
            }
        }
    }
}
