using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>Stands between two systems: passes bytes on, holds them back without a word, or cuts the connections.</summary>
public sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private readonly int _target;
    private volatile TaskCompletionSource _open = Opened();
    private volatile bool _refusing;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing passes any more, and nobody is told.</summary>
    public void Freeze() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Closes every connection, and each new one at once, until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        _refusing = true;
        CloseAll();
    }

    public void Heal()
    {
        _refusing = false;
        _open.TrySetResult();
    }

    public void Dispose()
    {
        _listener.Dispose();
        CloseAll();
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task Accept()
    {
        try
        {
            for (; ; )
            {
                var inner = await _listener.AcceptTcpClientAsync();
                if (_refusing)
                {
                    inner.Dispose();
                    continue;
                }

                _ = Connect(inner);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task Connect(TcpClient inner)
    {
        var outer = new TcpClient();
        _clients.TryAdd(inner, true);
        _clients.TryAdd(outer, true);
        try
        {
            await outer.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(Pass(inner, outer), Pass(outer, inner));
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            inner.Dispose();
            outer.Dispose();
        }
    }

    private async Task Pass(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (; ; )
            {
                var count = await from.GetStream().ReadAsync(buffer);
                if (count == 0)
                {
                    return;
                }

                await _open.Task;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private void CloseAll()
    {
        foreach (var client in _clients.Keys)
        {
            client.Dispose();
            _clients.TryRemove(client, out _);
        }
    }
}
