using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// Loopback ports that nobody listens on. They lie below the range from which the system takes ports for outgoing
/// connections, and none is handed out twice in one process, so a port stays free between restarts of its server.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 20_000;

    private static readonly Lock Gate = new();
    private static int NextIndex = (int)(Environment.ProcessId * 997L % Count);

    public static int Next()
    {
        lock (Gate)
        {
            for (int tried = 0; tried < Count; tried++)
            {
                int port = First + NextIndex;
                NextIndex = (NextIndex + 1) % Count;
                if (IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"no free port from {First} to {First + Count}");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ExclusiveAddressUse = true,
        };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
