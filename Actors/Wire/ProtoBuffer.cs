namespace ActorEtcd.Wire;

/// <summary>Protobuf fields of an encoding whose size is not known beforehand.</summary>
internal sealed class ProtoBuffer
{
    private byte[] _bytes = [];

    public delegate void Write<in T>(ref ProtoWriter writer, T value);

    public int Length { get; private set; }

    /// <summary>Adds what is written, which is exactly so many bytes.</summary>
    public void Add<T>(int size, T value, Write<T> write)
    {
        var writer = new ProtoWriter(Grow(size));
        write(ref writer, value);
        Invariant.Check(writer.Position == size, $"wrote {writer.Position} bytes of {size}");
    }

    /// <summary>Adds a nested message, which is exactly so many bytes.</summary>
    public void AddMessage<T>(int field, int size, T value, Write<T> write)
    {
        var total = ProtoSize.Message(field, size);
        var writer = new ProtoWriter(Grow(total));
        writer.MessageHeader(field, size);
        write(ref writer, value);
        Invariant.Check(writer.Position == total, $"wrote {writer.Position} bytes of {total}");
    }

    /// <summary>What was added since the last time.</summary>
    public byte[] Take()
    {
        var taken = _bytes.AsSpan(0, Length).ToArray();
        Length = 0;
        return taken;
    }

    private Span<byte> Grow(int size)
    {
        if (size > _bytes.Length - Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(2L * _bytes.Length, Length + (long)size), Array.MaxLength));
        }

        Length += size;
        return _bytes.AsSpan(Length - size, size);
    }
}
