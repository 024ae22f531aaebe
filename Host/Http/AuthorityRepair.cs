using System.Text;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Http;

/// <summary>
/// Takes the scheme out of the authority of a request's headers. The Go client of etcd 3.4 sends the whole endpoint
/// ("http://127.0.0.1:2379") as the authority when it asks one member for its status, and Kestrel resets such streams.
/// </summary>
/// <remarks>
/// The client's table of headers then holds a longer authority than the server's. That is harmless: indexes count from
/// the newest entry, and the server at most keeps an old entry that the client does not name any more.
/// </remarks>
internal static class AuthorityRepair
{
    private const int AuthorityIndex = 1;

    /// <summary>What newer clients call a server behind a Unix socket; that one calls it by the socket's path.</summary>
    private const string SocketAuthority = "localhost";
    private const int PriorityBytes = 5;
    private const byte EndHeadersFlag = 0x4;
    private const byte PaddedFlag = 0x8;
    private const byte PriorityFlag = 0x20;

    /// <summary>The payload of a frame of headers as it should be; null when there is nothing to repair.</summary>
    public static byte[]? Repaired(byte flags, ReadOnlySpan<byte> payload)
    {
        // Padded or continued headers are not what that client sends.
        if ((flags & PaddedFlag) != 0 || (flags & EndHeadersFlag) == 0)
        {
            return null;
        }

        var position = (flags & PriorityFlag) != 0 ? PriorityBytes : 0;
        while (position < payload.Length)
        {
            if (!TrySkipToValue(payload, ref position, out var name))
            {
                return null;
            }

            if (name < 0)
            {
                continue;
            }

            var start = position;
            if (!TryReadText(payload, ref position, out var text))
            {
                return null;
            }

            if (name == AuthorityIndex)
            {
                return WithoutScheme(text) is { } authority
                    ? [.. payload[..start], .. Literal(authority), .. payload[position..]]
                    : null;
            }
        }

        return null;
    }

    private static string? WithoutScheme(byte[] text)
    {
        var authority = Encoding.ASCII.GetString(text);
        var mark = authority.IndexOf("://", StringComparison.Ordinal);
        var host = mark < 0 ? authority : authority[(mark + 3)..].TrimEnd('/');
        return host.Contains('/', StringComparison.Ordinal) ? SocketAuthority : mark < 0 ? null : host;
    }

    // A length below 127 is one byte; a longer authority is none that a client was given as an endpoint.
    private static byte[] Literal(string authority)
        => authority.Length < 127 ? [(byte)authority.Length, .. Encoding.ASCII.GetBytes(authority)] : [0];

    /// <summary>Moves behind a field, or to the value of a literal one. <paramref name="name"/> is the index of its name, -1 without a value.</summary>
    private static bool TrySkipToValue(ReadOnlySpan<byte> block, ref int position, out int name)
    {
        var first = block[position];
        var isIndexed = (first & 0x80) != 0;
        var isLiteralToIndex = (first & 0xC0) == 0x40;
        var isTableSize = (first & 0xE0) == 0x20;
        var prefixBits = isIndexed ? 7 : isLiteralToIndex ? 6 : isTableSize ? 5 : 4;
        if (!TryReadInteger(block, ref position, prefixBits, out name))
        {
            return false;
        }

        if (isIndexed || isTableSize)
        {
            name = -1;
            return true;
        }

        return name != 0 || TryReadText(block, ref position, out _);
    }

    private static bool TryReadText(ReadOnlySpan<byte> block, ref int position, out byte[] text)
    {
        text = [];
        if (position >= block.Length)
        {
            return false;
        }

        var isHuffman = (block[position] & 0x80) != 0;
        if (!TryReadInteger(block, ref position, prefixBits: 7, out var length) || length > block.Length - position)
        {
            return false;
        }

        var bytes = block.Slice(position, length);
        position += length;
        if ((isHuffman ? HpackHuffman.Decode(bytes) : bytes.ToArray()) is not { } decoded)
        {
            return false;
        }

        text = decoded;
        return true;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> block, ref int position, int prefixBits, out int value)
    {
        var mask = (1 << prefixBits) - 1;
        value = block[position++] & mask;
        if (value < mask)
        {
            return true;
        }

        for (var shift = 0; shift <= 21 && position < block.Length; shift += 7)
        {
            var octet = block[position++];
            value += (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
