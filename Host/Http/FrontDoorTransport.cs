using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ActorEtcd.Host.Http;

/// <summary>Gives Kestrel the listeners of the clear-text ports, and real sockets for the others.</summary>
internal sealed class FrontDoorTransport(IConnectionListenerFactory sockets) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is SniffedEndPoint sniffed)
        {
            return sniffed.Protocol == SniffedProtocol.Http2 ? sniffed.Port.Http2 : sniffed.Port.Http1;
        }

        return await sockets.BindAsync(endpoint, cancellationToken);
    }
}
