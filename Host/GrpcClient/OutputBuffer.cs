using System.Buffers.Binary;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>Frames waiting to be sent, back to back in one growing array. Not thread-safe.</summary>
internal sealed class OutputBuffer
{
    private const int KeepBytesMax = 1 << 20;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(16 << 10, pinned: true);

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    public void Clear()
    {
        Count = 0;
        if (_bytes.Length > KeepBytesMax)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(16 << 10, pinned: true);
        }
    }

    /// <summary>Room for <paramref name="count"/> bytes, which the caller fills at once.</summary>
    public Span<byte> Append(int count)
    {
        int end = Count + count;
        if (end > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(end, _bytes.Length * 2), pinned: true);
            _bytes.AsSpan(0, Count).CopyTo(larger);
            _bytes = larger;
        }

        Span<byte> room = _bytes.AsSpan(Count, count);
        Count = end;
        return room;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Append(bytes.Length));
    }

    public void AppendFrameHeader(int length, byte type, byte flags, int streamId)
    {
        Span<byte> header = Append(Http2.FrameHeaderSize);
        header[0] = (byte)(length >> 16);
        header[1] = (byte)(length >> 8);
        header[2] = (byte)length;
        header[3] = type;
        header[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], streamId);
    }

    /// <summary>Corrects the length of a frame that has grown after its header was written.</summary>
    public void PatchFrameLength(int headerAt, int length)
    {
        Span<byte> header = _bytes.AsSpan(headerAt, 3);
        header[0] = (byte)(length >> 16);
        header[1] = (byte)(length >> 8);
        header[2] = (byte)length;
    }

    public void AppendInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Append(4), value);
    }
}
