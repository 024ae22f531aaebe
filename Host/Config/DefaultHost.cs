using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Host.Config;

/// <summary>
/// The address by which others reach this machine. As in etcd it is advertised by a member that listens everywhere and was
/// not told what to advertise, since "localhost" would help nobody.
/// </summary>
internal static class DefaultHost
{
    private const string Everywhere = "0.0.0.0";

    // Reserved for documents: nothing is sent there, the kernel is only asked which way it would go.
    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("192.0.2.1"), 9);

    public static IReadOnlyList<EtcdUrl> Advertised(FlagValues flags, string advertise, string listen)
        => !flags.IsGiven(advertise) && flags.Urls(listen)[0] is { Host: Everywhere } url && Find() is { } host
            ? [new EtcdUrl("http", host, url.Port)]
            : flags.Urls(advertise);

    /// <summary>Null on a machine that is connected to nothing.</summary>
    private static string? Find()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(Elsewhere);
            return socket.LocalEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address) ? address.ToString() : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
