using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.Logging;

namespace ActorEtcd.Host.Proxy;

/// <summary>
/// Passes TCP connections on to one of several endpoints, whatever is spoken over them (etcd: <c>proxy/tcpproxy</c>). One
/// that cannot be reached is left out until it can.
/// </summary>
internal sealed class TcpGateway : IAsyncDisposable
{
    private const string Caller = "gateway";
    private const int PercentForWeightless = 1;

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly ImmutableArray<Remote> _remotes;
    private readonly TimeSpan _retryDelay;
    private readonly LogWriter _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly Task _monitoring;
    private int _picked;

    private TcpGateway(TcpListener listener, IEnumerable<SrvRecord> endpoints, TimeSpan retryDelay, LogWriter log)
    {
        _listener = listener;
        _remotes = [.. endpoints.Select(static endpoint => new Remote(endpoint))];
        _retryDelay = retryDelay;
        _log = log;
        _accepting = AcceptAsync();
        _monitoring = MonitorAsync();
    }

    public EndPoint EndPoint => _listener.LocalEndpoint;

    /// <summary>Listens from now on.</summary>
    /// <param name="endpoints">Those of the lowest priority that can be reached share the connections, by their weights.</param>
    /// <param name="retryDelay">Time after which one that could not be reached is tried again.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static TcpGateway Start(IPEndPoint listen, IEnumerable<SrvRecord> endpoints, TimeSpan retryDelay, LogWriter log)
    {
        var listener = new TcpListener(listen);
        listener.Start();
        return new TcpGateway(listener, endpoints, retryDelay, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_accepting, _monitoring);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException failure)
            {
                _log.Write(LogSeverity.Warn, Caller, "a connection was not taken", ("error", failure.Message));
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var taken = client;
        using var server = await ConnectAsync();
        if (server is null)
        {
            return;
        }

        client.NoDelay = true;
        await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
    }

    private async Task<Socket?> ConnectAsync()
    {
        while (Pick() is { } remote)
        {
            if (await TryConnectAsync(remote) is { } socket)
            {
                return socket;
            }
        }

        return null;
    }

    private async Task<Socket?> TryConnectAsync(Remote remote)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(ConnectWithin);
        try
        {
            await socket.ConnectAsync(remote.Record.Target, remote.Record.Port, limit.Token);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            remote.IsActive = false;
            _log.Write(
                LogSeverity.Warn, Caller, "deactivated endpoint", ("address", remote.ToString()), ("interval", _retryDelay.ToString("c", CultureInfo.InvariantCulture)), ("error", failure.Message));
            return null;
        }
    }

    // RFC 2782: the lowest priority, and within it by weight; those without one get a small share.
    private Remote? Pick()
    {
        var active = _remotes.Where(static remote => remote.IsActive).ToArray();
        if (active.Length == 0)
        {
            return null;
        }

        var best = active.Min(static remote => remote.Record.Priority);
        var weighted = active.Where(remote => remote.Record.Priority == best && remote.Record.Weight > 0).ToArray();
        var others = active.Where(remote => remote.Record.Priority == best && remote.Record.Weight == 0).ToArray();
        if (weighted.Length == 0 || (others.Length > 0 && Random.Shared.Next(100) < PercentForWeightless))
        {
            return others[(int)((uint)Interlocked.Increment(ref _picked) % (uint)others.Length)];
        }

        var left = Random.Shared.Next(weighted.Sum(static remote => remote.Record.Weight));
        return weighted.First(remote => (left -= remote.Record.Weight) < 0);
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, _stopping.Token)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stopping.Token);
                }
            }

            // One side has said all; the other may still speak.
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private async Task MonitorAsync()
    {
        using var timer = new PeriodicTimer(_retryDelay);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                foreach (var remote in _remotes.Where(static remote => !remote.IsActive))
                {
                    using var socket = await TryConnectAsync(remote);
                    if (socket is not null)
                    {
                        remote.IsActive = true;
                        _log.Write(LogSeverity.Info, Caller, "activated", ("address", remote.ToString()));
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway ends.
        }
    }

    private sealed class Remote(SrvRecord record)
    {
        private volatile bool _isActive = true;

        public SrvRecord Record => record;

        public bool IsActive
        {
            get => _isActive;
            set => _isActive = value;
        }

        public override string ToString() => $"{record.Target}:{record.Port}";
    }
}
