using System.Net.Sockets;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Http;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Finds out that a port is taken before anything is written: a member that began with the wrong URLs would keep them.
/// </summary>
public static class ListenPorts
{
    /// <exception cref="ListenException">One of the addresses cannot be listened on.</exception>
    public static void CheckFree(IEnumerable<EtcdUrl> urls, bool mayBeShared = false)
    {
        foreach (var url in urls)
        {
            if (url.IsSocket)
            {
                SocketFile.Free(url.ToClientEndPoint());
                continue;
            }

            var endPoint = url.ToBindEndPoint();
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                if (mayBeShared)
                {
                    SharedPort.Allow(socket);
                }

                socket.Bind(endPoint);
            }
            catch (SocketException error)
            {
                throw new ListenException(endPoint, error);
            }
        }
    }
}
