using ActorEtcd.Messages;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>A piece of a streamed range. Only the last piece carries the header, <c>more</c> and <c>count</c>.</summary>
public readonly struct RangeStreamResponse : IGrpcPayload
{
    private readonly ResponseHeaderFields? _header;
    private readonly RangeResult _piece;

    private RangeStreamResponse(ResponseHeaderFields? header, RangeResult piece)
    {
        _header = header;
        _piece = piece;
    }

    public static RangeStreamResponse Piece(RangeResult piece) => new(null, piece with { More = false, Count = 0 });

    public static RangeStreamResponse Last(ResponseHeaderFields header, RangeResult piece) => new(header, piece);

    public long ComputeSize() => WireSize.Delimited(InnerSize());

    public void WriteTo(ref WireWriter writer)
    {
        writer.WriteDelimiter(1, InnerSize());
        if (_header is { } header)
        {
            ResponseWriter.Write(ref writer, header, _piece);
            return;
        }

        foreach (ReadOnlyMemory<byte> record in _piece.Kvs)
        {
            writer.WriteField(2, record.Span);
        }
    }

    private long InnerSize()
    {
        if (_header is { } header)
        {
            return ResponseWriter.SizeOf(header, _piece);
        }

        long size = 0;
        foreach (ReadOnlyMemory<byte> record in _piece.Kvs)
        {
            size += WireSize.Delimited(record.Length);
        }

        return size;
    }
}
