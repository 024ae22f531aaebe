using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>
/// The network between the members: each is reached by the others through a port of this process, which passes bytes on,
/// holds them back or delays them per direction of each pair. Who dialled is told by the operating system, so links with
/// TLS work too.
/// </summary>
internal sealed class PeerLinks : IDisposable
{
    private readonly ConcurrentDictionary<(string From, string To), Link> _links = new();
    private readonly ConcurrentDictionary<PeerConnection, bool> _connections = new();
    private readonly ConcurrentDictionary<string, TcpListener> _listeners = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The members of now.</summary>
    public Func<IReadOnlyList<MemberProcess>> Members { get; set; } = static () => [];

    /// <summary>Connections that were passed on.</summary>
    public int Connections { get; private set; }

    /// <summary>Opens the port by which the others reach the member that listens on the target port.</summary>
    public void Listen(string member, int port, int target)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _listeners[member] = listener;
        _ = AcceptAsync(listener, member, target);
    }

    public void Forget(string member)
    {
        if (_listeners.TryRemove(member, out TcpListener? listener))
        {
            listener.Dispose();
        }

        Reset((from, to) => from == member || to == member);
    }

    public Link Between(string from, string to) => _links.GetOrAdd((from, to), static _ => new Link());

    /// <summary>Closes the connections of the chosen pairs; they may be dialled again.</summary>
    public void Reset(Func<string, string, bool> chosen)
    {
        foreach (PeerConnection connection in _connections.Keys.Where(connection => chosen(connection.From, connection.To)))
        {
            connection.Dispose();
        }
    }

    public void HealAll()
    {
        foreach (Link link in _links.Values)
        {
            link.Heal();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (TcpListener listener in _listeners.Values)
        {
            listener.Dispose();
        }

        Reset(static (_, _) => true);
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, string member, int target)
    {
        try
        {
            while (true)
            {
                Socket inner = await listener.AcceptSocketAsync(_stop.Token);
                Connections++;
                _ = PassAsync(inner, member, target);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The member or the run is gone.
        }
    }

    /// <summary>Who is at the other end; null when it ended meanwhile.</summary>
    private string? Dialler(Socket inner)
    {
        try
        {
            int port = ((IPEndPoint)inner.RemoteEndPoint!).Port;
            return SocketOwner.Of(port, Members().Where(one => one.IsRunning).Select(one => (one.Settings.Name, one.ProcessId)));
        }
        catch (Exception ended) when (ended is ServerExitedException or SocketException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task PassAsync(Socket inner, string member, int target)
    {
        if (Dialler(inner) is not { } from)
        {
            inner.Dispose();
            return;
        }

        using var connection = new PeerConnection(inner, from, member);
        _connections[connection] = true;
        try
        {
            await connection.RunAsync(target, Between(from, member), Between(member, from), _stop.Token);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end closed it, or the run is over.
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }
}
