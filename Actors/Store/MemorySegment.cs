using System.Buffers;

namespace ActorEtcd.Store;

/// <summary>A segment in an array; its durable part is what the last flush covered.</summary>
internal sealed class MemorySegment : Segment
{
    private readonly byte[] _bytes;

    public MemorySegment(long id, int capacity)
        : base(id, capacity)
    {
        _bytes = new byte[capacity];
        Header.CopyTo(_bytes);
        Begin(HeaderSize);
    }

    public MemorySegment(long id, int capacity, ReadOnlySpan<byte> content)
        : base(id, capacity)
    {
        _bytes = new byte[capacity];
        content.CopyTo(_bytes);
        Begin(content.Length);
        DurableLength = content.Length;
        DurableCrc = Crc32C.Compute(content);
    }

    public int DurableLength { get; private set; }

    public uint DurableCrc { get; private set; }

    public void Flush(int length)
    {
        if (length > DurableLength)
        {
            DurableCrc = Crc32C.Append(DurableCrc, _bytes.AsSpan(DurableLength, length - DurableLength));
            DurableLength = length;
        }
    }

    public override Span<byte> GetSpan() => _bytes;

    public override MemoryHandle Pin(int elementIndex = 0) => _bytes.AsMemory(elementIndex).Pin();

    public override void Unpin()
    {
    }
}
