using System.Buffers;

namespace ActorEtcd.Persistence.Journal;

/// <summary>A batch in the making: frames, encoded one after the other into one growing array.</summary>
internal sealed class WalBuffer : IBufferWriter<byte>
{
    /// <summary>What a buffer keeps between batches; a burst does not hold its memory for ever.</summary>
    private const int KeptBytes = 1 << 20;

    /// <summary>Larger ones are the collector's: the shared pool would keep each size that a burst grew through.</summary>
    private const int PooledBytesMax = 8 << 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(KeptBytes);

    public int Length { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Appends zeros.</summary>
    public void Blank(int count)
    {
        GetSpan(count)[..count].Clear();
        Length += count;
    }

    /// <summary>Drops everything after the length.</summary>
    public void CutTo(int length) => Length = length;

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes)
        {
            Release();
            _bytes = ArrayPool<byte>.Shared.Rent(KeptBytes);
        }
    }

    private void Ensure(int sizeHint)
    {
        var needed = (long)Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
        {
            return;
        }

        Invariant.Check(needed <= Array.MaxLength, $"a batch of {needed} bytes waits for the log");
        var wanted = (int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength);
        var larger = wanted > PooledBytesMax ? GC.AllocateUninitializedArray<byte>(wanted) : ArrayPool<byte>.Shared.Rent(wanted);
        Written.CopyTo(larger);
        Release();
        _bytes = larger;
    }

    private void Release()
    {
        if (_bytes.Length <= PooledBytesMax)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
