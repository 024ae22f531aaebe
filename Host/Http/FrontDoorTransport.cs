using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ActorEtcd.Host.Http;

/// <summary>Gives Kestrel the listeners of ports that are bound already; other addresses are for the sockets' factory.</summary>
internal sealed class FrontDoorTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is SniffedEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var sniffed = (SniffedEndPoint)endpoint;
        return new ValueTask<IConnectionListener>(
            sniffed.Protocol == SniffedProtocol.Http2 ? sniffed.Port.Http2 : sniffed.Port.Http1);
    }
}
