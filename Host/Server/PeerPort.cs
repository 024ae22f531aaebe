using System.Net.Sockets;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Http;

namespace ActorEtcd.Host.Server;

/// <summary>Finds out early, with a clear error, that a peer port is taken: the transport's own error is long.</summary>
public static class PeerPort
{
    /// <exception cref="ListenException">One of the addresses cannot be listened on.</exception>
    public static void CheckFree(IEnumerable<EtcdUrl> urls)
    {
        foreach (var url in urls)
        {
            var endPoint = url.ToBindEndPoint();
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(endPoint);
            }
            catch (SocketException error)
            {
                throw new ListenException(endPoint, error);
            }
        }
    }
}
