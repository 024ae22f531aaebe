using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Host.Http;

/// <summary>A listen address cannot be used: the port is taken, the address is not ours, or we may not.</summary>
public sealed class ListenException(EndPoint endPoint, Exception inner)
    : Exception($"listen {(endPoint is UnixDomainSocketEndPoint ? "unix" : "tcp")} {endPoint}: {Reason(inner)}", inner)
{
    public EndPoint EndPoint { get; } = endPoint;

    private static string Reason(Exception error) => error switch
    {
        Microsoft.AspNetCore.Connections.AddressInUseException => "bind: address already in use",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
            => "bind: address already in use",
        SocketException socket => $"bind: {socket.Message}",
        _ => error.Message,
    };
}
