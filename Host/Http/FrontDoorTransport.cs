using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ActorEtcd.Host.Http;

/// <summary>Gives Kestrel the listeners of ports that are bound already.</summary>
internal sealed class FrontDoorTransport : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var sniffed = (SniffedEndPoint)endpoint;
        return new ValueTask<IConnectionListener>(
            sniffed.Protocol == SniffedProtocol.Http2 ? sniffed.Port.Http2 : sniffed.Port.Http1);
    }
}
