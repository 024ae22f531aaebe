using System.Net;
using System.Net.Sockets;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Listens on the peer URLs after the first and passes connections to it: the remoting of an actor system has one
/// address, a member may have several.
/// </summary>
public sealed class PeerPortForwarder : IAsyncDisposable
{
    private readonly List<Socket> _listeners = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _target;

    private PeerPortForwarder(IPEndPoint target) => _target = target;

    public static PeerPortForwarder Start(IReadOnlyList<EtcdUrl> urls)
    {
        var first = urls[0].ToBindEndPoint();
        var target = first.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, first.Port) : first;
        var forwarder = new PeerPortForwarder(target);
        foreach (var url in urls.Skip(1))
        {
            forwarder.Listen(url.ToBindEndPoint());
        }

        return forwarder;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        _stopping.Dispose();
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var count = await from.ReceiveAsync(buffer, cancellation);
            if (count == 0)
            {
                return;
            }

            for (var sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellation);
            }
        }
    }

    private void Listen(IPEndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen();
        _listeners.Add(listener);
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptAsync(_stopping.Token));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops.
        }
    }

    private async Task ForwardAsync(Socket incoming)
    {
        using var source = incoming;
        using var target = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        source.NoDelay = true;
        try
        {
            await target.ConnectAsync(_target, _stopping.Token);
            await Task.WhenAny(CopyAsync(source, target, _stopping.Token), CopyAsync(target, source, _stopping.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // One side is gone; closing both tells the other.
        }
    }
}
