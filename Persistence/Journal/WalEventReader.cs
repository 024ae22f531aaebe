using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Journal;

/// <summary>Walks through the events of one record without decoding their payloads.</summary>
internal ref struct WalEventReader
{
    private const int GuidBytes = 16;

    private readonly WalRecord _record;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _persistenceId;
    private ulong _left;

    public WalEventReader(in WalRecord record)
    {
        _record = record;
        _rest = record.Payload;
        _persistenceId = TakeText();
        _left = TakeNumber();
    }

    /// <exception cref="WalCorruptedException">The record's checksum is right but its content is not.</exception>
    public bool Read(out WalEvent read)
    {
        read = default;
        if (_left == 0)
        {
            Demand(_rest.IsEmpty);
            return false;
        }

        _left--;
        Demand(!_rest.IsEmpty);
        var flags = _rest[0];
        _rest = _rest[1..];
        read.PersistenceId = _persistenceId;
        read.SequenceNr = (long)TakeNumber();
        read.SerializerId = (int)(uint)TakeNumber();
        read.SerializerManifest = TakeText();
        read.AdapterManifest = (flags & WalEventFlags.AdapterManifest) != 0 ? TakeText() : default;
        read.WriterIsText = (flags & WalEventFlags.WriterText) != 0;
        read.Writer = (flags & WalEventFlags.WriterGuid) != 0 ? Take(GuidBytes)
            : read.WriterIsText ? TakeText()
            : default;
        read.Timestamp = (flags & WalEventFlags.Timestamp) == 0
            ? 0
            : BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
        read.Payload = Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))));
        return true;
    }

    private ulong TakeNumber()
    {
        Demand(VarInt.TryRead(ref _rest, out var value));
        return value;
    }

    private ReadOnlySpan<byte> TakeText() => Take((uint)Math.Min(TakeNumber(), uint.MaxValue));

    private ReadOnlySpan<byte> Take(uint count)
    {
        Demand(count <= (uint)_rest.Length);
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private readonly void Demand(bool condition)
    {
        if (!condition)
        {
            throw new WalCorruptedException(_record.File, _record.Offset, "the record's events cannot be understood");
        }
    }
}
