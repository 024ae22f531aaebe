using System.Text;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>etcd: <c>WatchResponse</c>.</summary>
public readonly struct WatchResponse : IGrpcPayload
{
    private const int EventsField = 11;

    public required ResponseHeaderFields Header { get; init; }

    public required long WatchId { get; init; }

    public bool Created { get; init; }

    public bool Canceled { get; init; }

    public long CompactRevision { get; init; }

    public string? CancelReason { get; init; }

    public bool Fragment { get; init; }

    public ReadOnlyMemory<WatchEvent> Events { get; init; }

    public long ComputeSize()
    {
        long size = WireSize.Delimited(Header.ComputeSize())
            + WireSize.Field(WatchId)
            + WireSize.Field(Created)
            + WireSize.Field(Canceled)
            + WireSize.Field(CompactRevision)
            + WireSize.Field(Fragment);
        if (!string.IsNullOrEmpty(CancelReason))
        {
            size += WireSize.Delimited(Encoding.UTF8.GetByteCount(CancelReason));
        }

        foreach (ref readonly WatchEvent e in Events.Span)
        {
            size += WireSize.Delimited(e.ComputeSize());
        }

        return size;
    }

    public void WriteTo(ref WireWriter writer)
    {
        ResponseWriter.WriteHeader(ref writer, Header);
        writer.WriteField(2, WatchId);
        writer.WriteField(3, Created);
        writer.WriteField(4, Canceled);
        writer.WriteField(5, CompactRevision);
        if (!string.IsNullOrEmpty(CancelReason))
        {
            writer.WriteField(6, Encoding.UTF8.GetBytes(CancelReason));
        }

        writer.WriteField(7, Fragment);
        foreach (ref readonly WatchEvent e in Events.Span)
        {
            writer.WriteDelimiter(EventsField, e.ComputeSize());
            e.WriteTo(ref writer);
        }
    }
}
