using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;

namespace Akka.Remote.TestKit.Internals;

/// <summary>One end of a control connection. It tells its owner what it receives, and at last that it is closed.</summary>
internal sealed class ControlConnection : IDisposable
{
    private const int LengthSize = 4;
    private const int SizeMax = 1024 * 1024;

    private readonly Channel<ControlMessage> _outbox = Channel.CreateUnbounded<ControlMessage>();
    private readonly NetworkStream _stream;

    public ControlConnection(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public void Start(IActorRef owner)
    {
        _ = Task.Run(Write);
        _ = Task.Run(() => Read(owner));
    }

    /// <summary>Sends in order; what cannot be sent any more is lost.</summary>
    public void Send(ControlMessage message) => _outbox.Writer.TryWrite(message);

    public void Dispose()
    {
        _outbox.Writer.TryComplete();
        _stream.Dispose();
    }

    private async Task Write()
    {
        try
        {
            await foreach (var message in _outbox.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                var body = ControlCodec.Encode(message);
                var frame = new byte[LengthSize + body.Length];
                BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
                body.CopyTo(frame, LengthSize);
                await _stream.WriteAsync(frame).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            Dispose();
        }
    }

    private async Task Read(IActorRef owner)
    {
        try
        {
            var header = new byte[LengthSize];
            while (true)
            {
                await _stream.ReadExactlyAsync(header).ConfigureAwait(false);
                var length = BinaryPrimitives.ReadInt32LittleEndian(header);
                if (length is < 1 or > SizeMax)
                {
                    throw new InvalidDataException($"A control message of {length} bytes");
                }

                var body = new byte[length];
                await _stream.ReadExactlyAsync(body).ConfigureAwait(false);
                owner.Tell(new ControlReceived(this, ControlCodec.Decode(body)), ActorRefs.NoSender);
            }
        }
        catch (Exception problem)
        {
            // Whatever it is, nothing can be read after it.
            Dispose();
            owner.Tell(new ControlClosed(this, problem), ActorRefs.NoSender);
        }
    }
}

internal sealed record ControlReceived(ControlConnection Connection, ControlMessage Message);

internal sealed record ControlClosed(ControlConnection Connection, Exception Cause);
