using System.Collections.Immutable;
using System.Runtime.Serialization;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Segments;

/// <summary>
/// What the segments actors of two members say to each other, in protobuf wire form: 1 transfer, 2 segment (repeated
/// in lists), 3 offset, 4 length, 5 bytes, 6 no more; 7 to 10 main and sub of the revisions after and before which records lie.
/// </summary>
public sealed class SegmentMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string PinManifest = "SP";
    private const string PinnedManifest = "SD";
    private const string ReadManifest = "SR";
    private const string ChunkManifest = "SC";
    private const string UnavailableManifest = "SU";
    private const string ReadRecordsManifest = "RR";
    private const string RecordsReadManifest = "RD";
    private const int TransferField = 1;
    private const int SegmentField = 2;
    private const int OffsetField = 3;
    private const int LengthField = 4;
    private const int BytesField = 5;
    private const int EndField = 6;
    private const int AfterMainField = 7;
    private const int AfterSubField = 8;
    private const int BeforeMainField = 9;
    private const int BeforeSubField = 10;

    public override int Identifier => 2104;

    public override string Manifest(object o) => o switch
    {
        PinSegments => PinManifest,
        SegmentsPinned => PinnedManifest,
        ReadSegmentChunk => ReadManifest,
        SegmentChunk => ChunkManifest,
        SegmentUnavailable => UnavailableManifest,
        ReadRecords => ReadRecordsManifest,
        RecordsRead => RecordsReadManifest,
        _ => throw new ArgumentException($"{o.GetType()} is no message between segments actors", nameof(o)),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        PinSegments m => Write(m.Transfer, m.Segments, 0, 0, default),
        SegmentsPinned m => Write(m.Transfer, m.Missing, 0, 0, default),
        ReadSegmentChunk m => Write(m.Transfer, [m.Segment], m.Offset, m.Length, default),
        SegmentChunk m => Write(m.Transfer, [m.Segment], m.Offset, 0, m.Bytes.Span),
        SegmentUnavailable m => Write(m.Transfer, [m.Segment], 0, 0, default),
        ReadRecords m => Write(m),
        RecordsRead m => Write(m.Transfer, [], 0, 0, m.Bytes.Span, m.IsEnd),
        _ => throw new ArgumentException($"{obj.GetType()} is no message between segments actors", nameof(obj)),
    };

    /// <exception cref="SerializationException">The bytes or the manifest are not those of such a message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (MalformedMessageException malformed)
        {
            throw new SerializationException(
                $"malformed message between segments actors: {malformed.Message}", malformed);
        }
    }

    private static byte[] Write(
        long transfer, ImmutableArray<long> segments, int offset, int length, ReadOnlySpan<byte> content, bool isEnd = false)
    {
        var size = ProtoSize.Int64(TransferField, transfer) + ProtoSize.Int64(OffsetField, offset)
            + ProtoSize.Int64(LengthField, length) + ProtoSize.Bytes(BytesField, content) + ProtoSize.Bool(EndField, isEnd);
        foreach (var segment in segments)
        {
            size += ProtoSize.Int64(SegmentField, segment);
        }

        var bytes = new byte[size];
        var writer = new ProtoWriter(bytes);
        writer.Int64(TransferField, transfer);
        foreach (var segment in segments)
        {
            writer.Int64(SegmentField, segment);
        }

        writer.Int64(OffsetField, offset);
        writer.Int64(LengthField, length);
        writer.Bytes(BytesField, content);
        writer.Bool(EndField, isEnd);
        return bytes;
    }

    private static byte[] Write(ReadRecords m)
    {
        var bytes = new byte[ProtoSize.Int64(TransferField, m.Transfer) + ProtoSize.Int64(LengthField, m.Length)
            + ProtoSize.Int64(AfterMainField, m.After.Main) + ProtoSize.Int64(AfterSubField, m.After.Sub)
            + ProtoSize.Int64(BeforeMainField, m.Before.Main) + ProtoSize.Int64(BeforeSubField, m.Before.Sub)];
        var writer = new ProtoWriter(bytes);
        writer.Int64(TransferField, m.Transfer);
        writer.Int64(LengthField, m.Length);
        writer.Int64(AfterMainField, m.After.Main);
        writer.Int64(AfterSubField, m.After.Sub);
        writer.Int64(BeforeMainField, m.Before.Main);
        writer.Int64(BeforeSubField, m.Before.Sub);
        return bytes;
    }

    private static SegmentMessage Read(byte[] bytes, string manifest)
    {
        var reader = new ProtoReader(bytes);
        var segments = ImmutableArray.CreateBuilder<long>();
        var transfer = 0L;
        int offset = 0, length = 0;
        var isEnd = false;
        Revision after = default, before = default;
        ReadOnlyMemory<byte> content = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case TransferField: transfer = reader.Int64(); break;
                case SegmentField: segments.Add(reader.Int64()); break;
                case OffsetField: offset = reader.Int32(); break;
                case LengthField: length = reader.Int32(); break;
                case BytesField: content = reader.Bytes(); break;
                case EndField: isEnd = reader.Bool(); break;
                case AfterMainField: after = after with { Main = reader.Int64() }; break;
                case AfterSubField: after = after with { Sub = reader.Int64() }; break;
                case BeforeMainField: before = before with { Main = reader.Int64() }; break;
                case BeforeSubField: before = before with { Sub = reader.Int64() }; break;
                default: reader.Skip(); break;
            }
        }

        var segment = segments.Count > 0 ? segments[0] : 0;
        return manifest switch
        {
            PinManifest => new PinSegments(transfer, segments.ToImmutable()),
            PinnedManifest => new SegmentsPinned(transfer, segments.ToImmutable()),
            ReadManifest => new ReadSegmentChunk(transfer, segment, offset, length),
            ChunkManifest => new SegmentChunk(transfer, segment, offset, content),
            UnavailableManifest => new SegmentUnavailable(transfer, segment),
            ReadRecordsManifest => new ReadRecords(transfer, after, before, length),
            RecordsReadManifest => new RecordsRead(transfer, content, isEnd),
            _ => throw new SerializationException(
                $"unknown manifest '{manifest}' of a message between segments actors"),
        };
    }
}
