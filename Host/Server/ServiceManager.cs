using System.Net.Sockets;
using System.Text;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Tells systemd how far the process is, for units of <c>Type=notify</c>. Without <c>NOTIFY_SOCKET</c> nobody wants to know.
/// </summary>
internal static class ServiceManager
{
    private const string Variable = "NOTIFY_SOCKET";

    public static void Ready() => Tell("READY=1");

    public static void Stopping() => Tell("STOPPING=1");

    private static void Tell(string state)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 1 } path || path[0] is not ('/' or '@'))
        {
            return;
        }

        try
        {
            // A name that begins with @ is in Linux' abstract namespace, where the first byte is zero.
            var address = new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), address);
        }
        catch (Exception error) when (error is SocketException or ArgumentOutOfRangeException)
        {
            // Nobody listens: the service manager will find out by itself.
        }
    }
}
