using System.Buffers;
using System.IO.Compression;

namespace ActorEtcd.Host.Grpc;

/// <summary>gzip, the one compression that gRPC clients use.</summary>
internal static class GrpcCompression
{
    public const string Gzip = "gzip";

    /// <summary>
    /// The message in an array of the shared pool. <paramref name="length"/> is negative when it would be longer than
    /// <paramref name="maxBytes"/>, whatever the compressed bytes claim.
    /// </summary>
    public static byte[] Inflate(in ReadOnlySequence<byte> payload, int maxBytes, out int length)
    {
        byte[] output = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(payload.Length * 4, 1024, maxBytes + 1L));
        try
        {
            using var source = new MemoryStream(payload.ToArray(), writable: false);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            int filled = 0;
            while (true)
            {
                int read = gzip.Read(output, filled, output.Length - filled);
                filled += read;
                if (read == 0 || filled > maxBytes)
                {
                    length = filled > maxBytes ? -1 : filled;
                    return output;
                }

                if (filled == output.Length)
                {
                    output = Grow(output, filled);
                }
            }
        }
        catch (InvalidDataException error)
        {
            ArrayPool<byte>.Shared.Return(output);
            throw new GrpcStatusException(StatusCode.Internal, $"grpc: failed to decompress the message: {error.Message}");
        }
    }

    public static ReadOnlyMemory<byte> Deflate(ReadOnlySpan<byte> message)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(message);
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    /// <summary>
    /// Compresses the pieces into the output as they are taken: after each step it has what came so far, but for a bounded rest.
    /// The same pieces give the same bytes.
    /// </summary>
    public static IEnumerable<int> DeflateSteps(IEnumerable<ReadOnlyMemory<byte>> pieces, Stream output, int stepBytes)
    {
        using var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            for (int start = 0; start < piece.Length; start += stepBytes)
            {
                int count = Math.Min(stepBytes, piece.Length - start);
                gzip.Write(piece.Span.Slice(start, count));
                yield return count;
            }
        }
    }

    private static byte[] Grow(byte[] array, int filled)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(array.Length * 2);
        array.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        return larger;
    }
}
