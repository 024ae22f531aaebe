using System.Net;
using System.Net.Sockets;
using ActorEtcd.Host.Http;

namespace ActorEtcd.Host.Server;

/// <summary>The file of a Unix socket that clients are listened for on.</summary>
internal static class SocketFile
{
    /// <summary>
    /// Takes away what a server that was killed left. etcd removes whatever is there; a socket that somebody listens on and a
    /// file that is none stay here.
    /// </summary>
    /// <exception cref="ListenException">Somebody listens there.</exception>
    public static void Free(EndPoint endPoint)
    {
        var path = endPoint.ToString()!;
        if (!File.Exists(path))
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(endPoint);
            throw new ListenException(endPoint, new SocketException((int)SocketError.AddressAlreadyInUse));
        }
        catch (SocketException)
        {
            if (!IsPlainFile(path))
            {
                File.Delete(path);
            }
        }
    }

    // A socket can be bound and connected to, but not opened.
    private static bool IsPlainFile(string path)
    {
        try
        {
            using var _ = File.OpenHandle(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
