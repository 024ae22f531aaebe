using System.Buffers;
using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>
/// The encoding of the store's results as etcd's responses. Records are encoded <c>mvccpb.KeyValue</c>s and are copied
/// once, into the output.
/// </summary>
internal static class ResponseWriter
{
    private const int Header = 1;

    private delegate void WriteFields(ref WireWriter writer);

    public static long SizeOf(in ResponseHeaderFields header, OpResult result) =>
        WireSize.Delimited(header.ComputeSize()) + result switch
        {
            RangeResult r => SizeOfRecords(r.Kvs) + WireSize.Field(r.More) + WireSize.Field(r.Count),
            PutResult r => r.PrevKv is { } prev ? WireSize.Delimited(prev.Length) : 0,
            DeleteRangeResult r => WireSize.Field(r.Deleted) + SizeOfRecords(r.PrevKvs),
            TxnResult r => WireSize.Field(r.Succeeded) + SizeOfResponses(r.Responses),
            _ => throw Unknown(result),
        };

    public static void Write(ref WireWriter writer, in ResponseHeaderFields header, OpResult result)
    {
        WriteHeader(ref writer, header);
        switch (result)
        {
            case RangeResult r:
                WriteRecords(ref writer, 2, r.Kvs);
                writer.WriteField(3, r.More);
                writer.WriteField(4, r.Count);
                break;
            case PutResult r:
                if (r.PrevKv is { } prev)
                {
                    writer.WriteField(2, prev.Span);
                }

                break;
            case DeleteRangeResult r:
                writer.WriteField(2, r.Deleted);
                WriteRecords(ref writer, 3, r.PrevKvs);
                break;
            case TxnResult r:
                writer.WriteField(2, r.Succeeded);
                WriteResponses(ref writer, r.Responses);
                break;
            default:
                throw Unknown(result);
        }
    }

    /// <summary>What <see cref="Write"/> writes: stored records as they are, and what is between them in the scratch.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(ResponseHeaderFields header, OpResult result, ArrayBufferWriter<byte> scratch)
    {
        switch (result)
        {
            case RangeResult r:
                yield return Encode(scratch, (ref writer) => WriteHeader(ref writer, header));
                foreach (ReadOnlyMemory<byte> piece in PiecesOf(2, r.Kvs, scratch))
                {
                    yield return piece;
                }

                yield return Encode(scratch, (ref writer) =>
                {
                    writer.WriteField(3, r.More);
                    writer.WriteField(4, r.Count);
                });
                break;
            case DeleteRangeResult r:
                yield return Encode(scratch, (ref writer) =>
                {
                    WriteHeader(ref writer, header);
                    writer.WriteField(2, r.Deleted);
                });
                foreach (ReadOnlyMemory<byte> piece in PiecesOf(3, r.PrevKvs, scratch))
                {
                    yield return piece;
                }

                break;
            case TxnResult r:
                yield return Encode(scratch, (ref writer) =>
                {
                    WriteHeader(ref writer, header);
                    writer.WriteField(2, r.Succeeded);
                });
                foreach (ReadOnlyMemory<byte> piece in r.Responses.SelectMany(response => PiecesOf(response, scratch)))
                {
                    yield return piece;
                }

                break;
            default:
                yield return Encode(scratch, (ref writer) => Write(ref writer, header, result));
                break;
        }
    }

    public static void WriteHeader(ref WireWriter writer, in ResponseHeaderFields header)
    {
        writer.WriteDelimiter(Header, header.ComputeSize());
        header.WriteTo(ref writer);
    }

    private static long SizeOfRecords(ImmutableArray<ReadOnlyMemory<byte>> records)
    {
        long size = 0;
        if (!records.IsDefault)
        {
            foreach (ReadOnlyMemory<byte> record in records)
            {
                size += WireSize.Delimited(record.Length);
            }
        }

        return size;
    }

    private static void WriteRecords(ref WireWriter writer, int field, ImmutableArray<ReadOnlyMemory<byte>> records)
    {
        if (!records.IsDefault)
        {
            foreach (ReadOnlyMemory<byte> record in records)
            {
                writer.WriteField(field, record.Span);
            }
        }
    }

    private static long SizeOfResponses(ImmutableArray<OpResult> responses)
    {
        long size = 0;
        foreach (OpResult response in responses)
        {
            long inner = SizeOf(ResponseHeaderFields.OfRevision(response.Revision), response);
            size += WireSize.Delimited(WireSize.Delimited(inner));
        }

        return size;
    }

    // A ResponseOp is a message of one field, whose number tells the kind.
    private static void WriteResponses(ref WireWriter writer, ImmutableArray<OpResult> responses)
    {
        foreach (OpResult response in responses)
        {
            ResponseHeaderFields header = ResponseHeaderFields.OfRevision(response.Revision);
            long inner = SizeOf(header, response);
            writer.WriteDelimiter(3, WireSize.Delimited(inner));
            writer.WriteDelimiter(KindOf(response), inner);
            Write(ref writer, header, response);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> PiecesOf(OpResult response, ArrayBufferWriter<byte> scratch)
    {
        ResponseHeaderFields header = ResponseHeaderFields.OfRevision(response.Revision);
        long inner = SizeOf(header, response);
        yield return Encode(scratch, (ref writer) =>
        {
            writer.WriteDelimiter(3, WireSize.Delimited(inner));
            writer.WriteDelimiter(KindOf(response), inner);
        });
        foreach (ReadOnlyMemory<byte> piece in Pieces(header, response, scratch))
        {
            yield return piece;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> PiecesOf(
        int field, ImmutableArray<ReadOnlyMemory<byte>> records, ArrayBufferWriter<byte> scratch)
    {
        if (records.IsDefault)
        {
            yield break;
        }

        foreach (ReadOnlyMemory<byte> record in records)
        {
            yield return EncodeDelimiter(scratch, field, record.Length);
            yield return record;
        }
    }

    private static ReadOnlyMemory<byte> EncodeDelimiter(ArrayBufferWriter<byte> scratch, int field, int length)
    {
        scratch.ResetWrittenCount();
        var writer = new WireWriter(scratch, expectedBytes: 0);
        writer.WriteDelimiter(field, length);
        writer.Flush();
        return scratch.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Encode(ArrayBufferWriter<byte> scratch, WriteFields write)
    {
        scratch.ResetWrittenCount();
        var writer = new WireWriter(scratch, expectedBytes: 0);
        write(ref writer);
        writer.Flush();
        return scratch.WrittenMemory;
    }

    private static int KindOf(OpResult response) => response switch
    {
        RangeResult => 1,
        PutResult => 2,
        DeleteRangeResult => 3,
        TxnResult => 4,
        _ => throw Unknown(response),
    };

    private static InvalidOperationException Unknown(OpResult result) =>
        new($"No response is known for {result.GetType()}.");
}
