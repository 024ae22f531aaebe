using System.Buffers;

namespace ActorEtcd.Persistence.Journal;

/// <summary>Reads one segment from its first record on and verifies every byte that it passes.</summary>
internal sealed class WalReader : IDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private readonly IWalFile _file;
    private readonly WalSegment _segment;
    private readonly long _end;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _start;
    private int _filled;
    private int _frameSize;

    /// <summary>Reads up to <paramref name="end"/>, which for a segment that is being written is what was flushed.</summary>
    public WalReader(IWalFile file, WalSegment segment, WalOptions options, long end)
    {
        _file = file;
        _segment = segment;
        _end = end;
        Span<byte> header = stackalloc byte[WalSegmentHeader.Size];
        Header = WalSegmentHeader.Read(header[..file.Read(header, 0)], segment, options);
        Offset = WalSegmentHeader.Size;
        PreviousCrc = Header.PreviousCrc;
        LastBatch = Header.Batch - 1;
    }

    public WalSegmentHeader Header { get; }

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Checksum of the last record read, which the next one must name.</summary>
    public uint PreviousCrc { get; private set; }

    /// <summary>Batch of the last record read.</summary>
    public uint LastBatch { get; private set; }

    public long Records { get; private set; }

    /// <summary>Why the last <see cref="Read"/> answered <see cref="WalReadResult.Damaged"/>.</summary>
    public string Damage { get; private set; } = "";

    /// <summary>Reads the next record. Its payload stays valid until the next call.</summary>
    public WalReadResult Read(out WalRecord record)
    {
        record = default;
        _start += _frameSize;
        _frameSize = 0;
        var available = Fill(WalFrame.MinimumSize);
        if (available == 0)
        {
            return WalReadResult.End;
        }

        if (!_buffer.AsSpan(_start, Math.Min(available, WalFrame.MinimumSize)).ContainsAnyExcept((byte)0))
        {
            return IsBlankToTheEnd() ? WalReadResult.End : Damaged("blank space is followed by data");
        }

        if (available < WalFrame.MinimumSize || WalFrame.Length(Bytes) > WalFrame.LengthMax)
        {
            return Damaged("no record can begin here");
        }

        var size = WalFrame.SizeOf((int)WalFrame.Length(Bytes));
        if (Offset + size > _end || Fill(size) < size)
        {
            return Damaged($"a record of {size} bytes runs past the end of the file");
        }

        return Verify(Bytes[..size], out record);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _file.Dispose();
    }

    private ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _filled - _start);

    private WalReadResult Verify(ReadOnlySpan<byte> frame, out WalRecord record)
    {
        record = default;
        if (!WalFrame.IsIntact(frame, out var size))
        {
            return Damaged("the record's checksum does not match");
        }

        if (WalFrame.Previous(frame) != PreviousCrc)
        {
            return Damaged("the record does not follow the one before it");
        }

        record = new WalRecord(
            WalFrame.Type(frame), WalFrame.Payload(frame), _segment.Sequence, _segment.Path, Offset);
        PreviousCrc = WalFrame.Crc(frame);
        LastBatch = WalFrame.Batch(frame);
        Offset += size;
        Records++;
        _frameSize = size;
        return WalReadResult.Record;
    }

    private WalReadResult Damaged(string reason)
    {
        Damage = reason;
        return WalReadResult.Damaged;
    }

    /// <summary>Makes the bytes at <see cref="Offset"/> available, as many as wanted if the file has them.</summary>
    private int Fill(int wanted)
    {
        var available = _filled - _start;
        if (available >= wanted)
        {
            return available;
        }

        if (wanted > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            Bytes.CopyTo(_buffer);
        }

        (_start, _filled) = (0, available);
        var room = (int)Math.Min(_buffer.Length - available, _end - Offset - available);
        if (room > 0)
        {
            _filled += _file.Read(_buffer.AsSpan(available, room), Offset + available);
        }

        return _filled;
    }

    private bool IsBlankToTheEnd()
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var offset = Offset; offset < _end;)
            {
                var read = _file.Read(chunk.AsSpan(0, (int)Math.Min(ChunkBytes, _end - offset)), offset);
                if (read == 0)
                {
                    break;
                }

                if (chunk.AsSpan(0, read).ContainsAnyExcept((byte)0))
                {
                    return false;
                }

                offset += read;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
