using System.Net.Sockets;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// A connection that another system opened. Its one reader deserialises each message and gives it to its actor at
/// once, so the order on the wire is the order of arrival.
/// </summary>
internal sealed class InboundConnection : IDisposable
{
    private readonly TcpRemoting _remoting;
    private readonly Socket _socket;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FailureDetector _detector;
    private Stream _stream;
    private Hello _hello;
    private Link _link;
    private InboundPeer _peer;
    private MessageReceiver _receiver;
    private DisassociateReason _reason;

    public InboundConnection(TcpRemoting remoting, Socket socket)
    {
        _remoting = remoting;
        _socket = socket;
        _detector = remoting.NewDetector();
    }

    /// <summary>Completes when the last message of this connection has been handed over.</summary>
    public Task Ended => _ended.Task;

    public Address Remote => _hello?.From;

    public bool IsSilent => !_detector.IsAvailable;

    public async Task Run()
    {
        try
        {
            if (await Open().ConfigureAwait(false))
            {
                _remoting.Events.Publish(new AssociatedEvent(_remoting.DefaultAddress, Remote, inbound: true));
                await Read().ConfigureAwait(false);
            }
        }
        catch (Exception problem)
        {
            Report(problem);
        }
        finally
        {
            Dispose();
            _ended.TrySetResult();
            _remoting.Forget(this);
            if (_peer is not null)
            {
                _remoting.Events.Publish(new DisassociatedEvent(_remoting.DefaultAddress, Remote, inbound: true));
            }
        }
    }

    /// <summary>Tells the other end why, as far as that is still possible, and closes.</summary>
    public async Task Close(DisassociateReason reason)
    {
        if (_peer is not null)
        {
            await Answer(Frames.Control(FrameKind.Disassociate, (byte)reason)).WaitAsync(TimeSpan.FromSeconds(1))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Dispose();
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    private async Task<bool> Open()
    {
        var settings = _remoting.Settings;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_remoting.Stopped);
        timeout.CancelAfter(settings.ConnectTimeout);
        settings.Apply(_socket);
        _stream = new NetworkStream(_socket, ownsSocket: true);
        if (settings.Tls is { } tls)
        {
            _stream = await tls.AuthenticateAsServer(_stream, timeout.Token).ConfigureAwait(false);
        }

        var (kind, body) = await Handshake.ReadFrame(_stream, timeout.Token).ConfigureAwait(false);
        _hello = kind == FrameKind.Hello
            ? Hello.Read(body)
            : throw new RemoteTransportException($"A connection opened with frame {kind}");
        _link = _remoting.Faults?.Of(_hello.From);
        if (_link is { IsInboundCut: true } or { IsOutboundCut: true })
        {
            return false;
        }

        if (_remoting.Judge(_hello) is { } refusal)
        {
            await Answer(refusal.ToFrame()).ConfigureAwait(false);
            throw new RefusedException(refusal.Reason, $"Refused [{_hello.From}]: {refusal.Text}");
        }

        _detector.HeartBeat();
        _receiver = new MessageReceiver(_remoting, Remote);
        _peer = await _remoting.TakeOver(this, _hello).ConfigureAwait(false);
        await Answer(new Welcome(_remoting.DefaultAddress, _remoting.Uid, _peer.Delivered).ToFrame()).ConfigureAwait(false);
        return true;
    }

    private async Task Read()
    {
        using var reader = new FrameReader(_stream, _remoting.Settings.FrameSizeMax);
        while (await reader.Fill().ConfigureAwait(false))
        {
            if (_link is not null)
            {
                _ = await _link.PassInbound(reader.LastCount, _remoting.Stopped).ConfigureAwait(false);
            }

            if (_link?.IsInboundCut != true)
            {
                _detector.HeartBeat();
            }

            var before = _peer.Delivered;
            var heartbeats = TakeFrames(reader);
            if (_peer.Delivered != before || heartbeats.Repeated)
            {
                await Answer(Frames.Ack(_peer.Delivered)).ConfigureAwait(false);
            }

            if (heartbeats.Asked)
            {
                await Answer(Frames.Control(FrameKind.HeartbeatReply)).ConfigureAwait(false);
            }
        }
    }

    private (bool Asked, bool Repeated) TakeFrames(FrameReader reader)
    {
        var asked = false;
        var repeated = false;
        while (reader.TryRead(out var kind, out var body))
        {
            if (_link?.LosesInbound == true)
            {
                continue;
            }

            switch (kind)
            {
                case FrameKind.Message:
                    _receiver.Receive(body);
                    break;
                case FrameKind.SystemMessage:
                    repeated |= !TakeSystemMessage(body);
                    break;
                case FrameKind.Heartbeat:
                    asked = true;
                    break;
                case FrameKind.Disassociate:
                    _reason = body.Length > 0 ? (DisassociateReason)body[0] : _reason;
                    break;
                default:
                    throw new RemoteTransportException($"Frame {kind} on a connection that is open");
            }
        }

        return (asked, repeated);
    }

    // False for one that has been taken before, over an earlier connection.
    private bool TakeSystemMessage(ReadOnlySpan<byte> body)
    {
        var sequence = Frames.ReadSequence(ref body);
        if (sequence <= _peer.Delivered)
        {
            return false;
        }

        if (sequence != _peer.Delivered + 1)
        {
            // The one before was lost on a link with faults: its sender repeats all from there.
            if (_link is not null)
            {
                return true;
            }

            throw new RemoteTransportException($"System message {sequence} came after {_peer.Delivered}");
        }

        _peer.Delivered = sequence;
        _receiver.Receive(body);
        return true;
    }

    private async Task Answer(byte[] frame)
    {
        if (_link?.IsOutboundCut == true)
        {
            return;
        }

        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(frame).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Report(Exception problem)
    {
        var opened = _peer is not null;
        if (_remoting.Stopped.IsCancellationRequested || _reason == DisassociateReason.Shutdown
            || (opened && problem is IOException or ObjectDisposedException))
        {
            return;
        }

        var remote = Remote ?? TcpRemoting.UnknownAddress;
        _remoting.Log.Warning("Inbound connection from [{0}] failed: {1}", remote, problem.GetBaseException().Message);
        _remoting.Events.Publish(new AssociationErrorEvent(
            problem, _remoting.DefaultAddress, remote, inbound: true, LogLevel.WarningLevel));
    }
}
