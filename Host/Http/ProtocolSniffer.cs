using System.Buffers;

namespace ActorEtcd.Host.Http;

/// <summary>Tells HTTP/2 from HTTP/1.1: an HTTP/2 client's first bytes are the request line "PRI * HTTP/2.0".</summary>
internal static class ProtocolSniffer
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n"u8;

    public static SniffedProtocol Decide(in ReadOnlySequence<byte> start)
    {
        int count = (int)Math.Min(start.Length, Preface.Length);
        Span<byte> bytes = stackalloc byte[count];
        start.Slice(0, count).CopyTo(bytes);
        if (!Preface.StartsWith(bytes))
        {
            return SniffedProtocol.Http1;
        }

        return count == Preface.Length ? SniffedProtocol.Http2 : SniffedProtocol.Undecided;
    }
}
