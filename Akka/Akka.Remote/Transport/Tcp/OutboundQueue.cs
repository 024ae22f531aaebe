using System.Buffers;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// Frames that wait to be written, laid one after the other in pooled chunks; each chunk is one write to the
/// socket, which bounds how long a control frame waits behind ordinary ones. Guarded by its owner's lock.
/// </summary>
internal sealed class OutboundQueue
{
    private const int ChunkSize = 64 * 1024;

    private readonly Queue<Chunk> _full = new();
    private byte[] _current;
    private int _used;

    public long Bytes { get; private set; }

    public bool IsEmpty => Bytes == 0;

    /// <summary>Room for one frame at the end of the queue.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_current is not null && _used + size > _current.Length)
        {
            _full.Enqueue(new Chunk(_current, _used));
            _current = null;
        }

        if (_current is null)
        {
            _current = ArrayPool<byte>.Shared.Rent(Math.Max(ChunkSize, size));
            _used = 0;
        }

        var room = _current.AsSpan(_used, size);
        _used += size;
        Bytes += size;
        return room;
    }

    public void Append(ReadOnlySpan<byte> frame) => frame.CopyTo(Reserve(frame.Length));

    public bool TryTake(out Chunk chunk)
    {
        if (!_full.TryDequeue(out chunk))
        {
            if (_current is null)
            {
                return false;
            }

            chunk = new Chunk(_current, _used);
            _current = null;
        }

        Bytes -= chunk.Length;
        return true;
    }

    public void Clear()
    {
        while (TryTake(out var chunk))
        {
            chunk.Return();
        }
    }

    internal readonly record struct Chunk(byte[] Array, int Length)
    {
        public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, Length);

        public void Return() => ArrayPool<byte>.Shared.Return(Array);
    }
}
