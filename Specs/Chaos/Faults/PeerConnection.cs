using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>A connection that one member dialled to another, passed on in both directions.</summary>
internal sealed class PeerConnection(Socket inner, string from, string to) : IDisposable
{
    private const int ChunkBytes = 64 * 1024;
    private const int ChunksMax = 64;

    private readonly Socket _outer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public string From => from;

    public string To => to;

    public async Task RunAsync(int target, Link there, Link back, CancellationToken stop)
    {
        inner.NoDelay = true;

        // The handshake of TCP crosses the network too.
        await there.Open.WaitAsync(stop);
        await _outer.ConnectAsync(IPAddress.Loopback, target, stop);
        await await Task.WhenAny(PassAsync(inner, _outer, there, stop), PassAsync(_outer, inner, back, stop));
    }

    public void Dispose()
    {
        inner.Dispose();
        _outer.Dispose();
    }

    private static async Task PassAsync(Socket source, Socket sink, Link link, CancellationToken stop)
    {
        var chunks = Channel.CreateBounded<(long ReadAt, byte[] Bytes)>(ChunksMax);
        Task writing = WriteAsync(chunks.Reader, sink, link, stop);
        var buffer = new byte[ChunkBytes];
        while (!writing.IsCompleted)
        {
            int count = await source.ReceiveAsync(buffer, SocketFlags.None, stop);
            if (count == 0)
            {
                break;
            }

            await chunks.Writer.WriteAsync((Stopwatch.GetTimestamp(), buffer[..count]), stop);
        }

        chunks.Writer.Complete();
        await writing;
    }

    private static async Task WriteAsync(
        ChannelReader<(long ReadAt, byte[] Bytes)> chunks, Socket sink, Link link, CancellationToken stop)
    {
        await foreach ((long readAt, byte[] bytes) in chunks.ReadAllAsync(stop))
        {
            await link.Open.WaitAsync(stop);
            TimeSpan left = link.Delay - Stopwatch.GetElapsedTime(readAt);
            if (left > TimeSpan.Zero)
            {
                await Pauses.ForAsync(left, stop);
            }

            await link.Open.WaitAsync(stop);
            await sink.SendAsync(bytes, SocketFlags.None, stop);
        }
    }
}
