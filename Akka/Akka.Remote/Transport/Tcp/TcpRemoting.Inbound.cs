using System.Net.Sockets;

namespace Akka.Remote.Transport.Tcp;

/// <summary>The connections that others open.</summary>
internal sealed partial class TcpRemoting
{
    /// <summary>Why a caller is turned away, or null when it is welcome.</summary>
    public Refusal Judge(Hello hello)
    {
        if (!_addresses.Contains(hello.To))
        {
            return new Refusal(DisassociateReason.Unknown, $"this is [{_defaultAddress}], not [{hello.To}]");
        }

        if (!hello.From.HasGlobalScope || hello.From.Port is null || _addresses.Contains(hello.From))
        {
            return new Refusal(DisassociateReason.Unknown, $"[{hello.From}] is no address of another system");
        }

        var association = AssociationTo(hello.From);
        if (association.IsQuarantined(hello.Uid))
        {
            return new Refusal(DisassociateReason.Quarantined, "this incarnation is quarantined");
        }

        association.NewIncarnation(hello.Uid);
        return null;
    }

    /// <summary>
    /// Makes a connection the one of its peer. The connection before it has handed over its last message when this
    /// returns, so messages of two connections never mix.
    /// </summary>
    public async Task<InboundPeer> TakeOver(InboundConnection connection, Hello hello)
    {
        var peer = _peers.GetOrAdd(hello.From, static _ => new InboundPeer());
        await peer.Turn.WaitAsync(Stopped).ConfigureAwait(false);
        try
        {
            if (peer.Current is { } previous)
            {
                previous.Dispose();
                await previous.Ended.ConfigureAwait(false);
            }

            var before = hello.FirstSequence - 1;
            peer.Delivered = peer.Uid == hello.Uid ? Math.Max(peer.Delivered, before) : before;
            peer.Uid = hello.Uid;
            peer.Current = connection;
            return peer;
        }
        finally
        {
            peer.Turn.Release();
        }
    }

    public void Forget(InboundConnection connection) => _inbound.TryRemove(connection, out _);

    private void CloseInbound(Address address, DisassociateReason reason)
    {
        foreach (var connection in _inbound.Keys)
        {
            if (connection.Remote == address)
            {
                _ = connection.Close(reason);
            }
        }
    }

    private async Task Accept()
    {
        while (!Stopped.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(Stopped).ConfigureAwait(false);
                var connection = new InboundConnection(this, socket);
                _inbound.TryAdd(connection, true);
                _ = Task.Run(connection.Run);
            }
            catch (Exception problem) when (problem is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException problem) when (problem.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException problem)
            {
                // Out of file descriptors, or the caller has gone already: others may still call.
                Log.Warning("Could not accept a connection: {0}", problem.Message);
                await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
