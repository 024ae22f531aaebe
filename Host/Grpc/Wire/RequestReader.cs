using System.Buffers;
using ActorEtcd.Messages;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>
/// The decoders of the two hottest requests. One array holds the whole request; key and value are slices of it.
/// </summary>
public static class RequestReader
{
    // The fields of RangeRequest after key and range_end are integers, numbered 3 to 13.
    private const int NumberFields = 14;

    public static PutRequest ReadPut(in ReadOnlySequence<byte> payload)
    {
        byte[] bytes = payload.ToArray();
        Bytes key = default;
        Bytes value = default;
        long lease = 0;
        bool prevKv = false, ignoreValue = false, ignoreLease = false;
        var reader = new WireReader(bytes);
        while (reader.TryReadTag(out int field, out int wireType))
        {
            switch (field, wireType)
            {
                case (1, 2): key = Slice(bytes, reader.ReadDelimited()); break;
                case (2, 2): value = Slice(bytes, reader.ReadDelimited()); break;
                case (3, 0): lease = (long)reader.ReadVarint(); break;
                case (4, 0): prevKv = reader.ReadVarint() != 0; break;
                case (5, 0): ignoreValue = reader.ReadVarint() != 0; break;
                case (6, 0): ignoreLease = reader.ReadVarint() != 0; break;
                default: reader.Skip(wireType); break;
            }
        }

        return new PutRequest(key, value, new LeaseId(lease), prevKv, ignoreValue, ignoreLease);
    }

    public static RangeRequest ReadRange(in ReadOnlySequence<byte> payload)
    {
        byte[] bytes = payload.ToArray();
        Bytes key = default;
        Bytes rangeEnd = default;
        Span<ulong> numbers = stackalloc ulong[NumberFields];
        numbers.Clear();
        var reader = new WireReader(bytes);
        while (reader.TryReadTag(out int field, out int wireType))
        {
            switch (field, wireType)
            {
                case (1, 2): key = Slice(bytes, reader.ReadDelimited()); break;
                case (2, 2): rangeEnd = Slice(bytes, reader.ReadDelimited()); break;
                case ( >= 3 and < NumberFields, 0): numbers[field] = reader.ReadVarint(); break;
                default: reader.Skip(wireType); break;
            }
        }

        return new RangeRequest
        {
            Key = key,
            RangeEnd = rangeEnd,
            Limit = (long)numbers[3],
            Revision = (long)numbers[4],
            SortOrder = (SortOrder)(int)numbers[5],
            SortTarget = (SortTarget)(int)numbers[6],
            Serializable = numbers[7] != 0,
            KeysOnly = numbers[8] != 0,
            CountOnly = numbers[9] != 0,
            MinModRevision = (long)numbers[10],
            MaxModRevision = (long)numbers[11],
            MinCreateRevision = (long)numbers[12],
            MaxCreateRevision = (long)numbers[13],
        };
    }

    private static Bytes Slice(byte[] bytes, (int Offset, int Length) range) =>
        new(bytes.AsMemory(range.Offset, range.Length));
}
