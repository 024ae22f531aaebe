using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// The wire form of consecutive log entries: one field per entry {1 term, 2 kind, 3 data}. The index is not
/// written: it follows from the place, so no sequence of bytes can claim a gap.
/// </summary>
internal static class EntryCodec
{
    private const int TermField = 1;
    private const int KindField = 2;
    private const int DataField = 3;

    public static int Size(int field, ImmutableArray<LogEntry> entries)
    {
        var size = 0;
        foreach (var entry in entries)
        {
            size += ProtoSize.Message(field, Size(entry));
        }

        return size;
    }

    public static void Write(ref ProtoWriter writer, int field, ImmutableArray<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            writer.MessageHeader(field, Size(entry));
            writer.Int64(TermField, entry.Term);
            writer.UInt64(KindField, (ulong)entry.Kind);
            writer.Bytes(DataField, entry.Data.Span);
        }
    }

    /// <summary>The data is a slice of the input, which must not be written to afterwards.</summary>
    public static LogEntry Decode(ReadOnlyMemory<byte> bytes, long index)
    {
        var term = 0L;
        var kind = 0UL;
        var data = ReadOnlyMemory<byte>.Empty;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case TermField:
                    term = reader.Int64();
                    break;
                case KindField:
                    kind = reader.UInt64();
                    break;
                case DataField:
                    data = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (term <= 0 || index <= 0 || kind > (ulong)EntryKind.ConfigurationChange)
        {
            throw new MalformedMessageException($"entry {index} of term {term} and kind {kind}");
        }

        return new LogEntry(index, term, (EntryKind)kind, data);
    }

    private static int Size(LogEntry entry) =>
        ProtoSize.Int64(TermField, entry.Term)
        + ProtoSize.UInt64(KindField, (ulong)entry.Kind)
        + ProtoSize.Bytes(DataField, entry.Data.Span);
}
