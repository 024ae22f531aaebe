using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ActorEtcd.Host.Http;

/// <summary>Sockets on ports that others may listen on too; the kernel shares out the connections (etcd: <c>--socket-reuse-port</c>).</summary>
internal static class SharedPort
{
    // Of Linux; .NET has no name for them.
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    /// <summary>A bound socket that does not listen yet.</summary>
    /// <exception cref="SocketException">The address cannot be used, or this is not Linux.</exception>
    public static Socket Bind(EndPoint address)
    {
        if (address is not IPEndPoint)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Allow(socket);
            if (address is IPEndPoint { Address: var ip } && ip.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void Allow(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new SocketException((int)SocketError.OperationNotSupported);
        }

        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
    }
}
