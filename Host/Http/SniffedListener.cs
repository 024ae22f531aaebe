using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace ActorEtcd.Host.Http;

/// <summary>One protocol's share of a <see cref="ClearTextPort"/>.</summary>
internal sealed class SniffedListener(SniffedEndPoint endPoint) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => endPoint;

    /// <summary>False once the listener is unbound.</summary>
    public bool TryHandOver(ConnectionContext connection) => _connections.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _connections.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_connections.Reader.TryRead(out ConnectionContext? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return endPoint.Port.UnbindAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _connections.Writer.TryComplete();
        while (_connections.Reader.TryRead(out ConnectionContext? connection))
        {
            await connection.DisposeAsync();
        }

        await endPoint.Port.DisposeAsync();
    }
}
