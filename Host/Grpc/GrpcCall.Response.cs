using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using ActorEtcd.Host.Grpc.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Grpc;

/// <summary>The writing half of a call.</summary>
public sealed partial class GrpcCall
{
    private const int PrefixBytes = 5;

    /// <summary>A larger answer is written in pieces, each when the client has taken most of the one before.</summary>
    private const int WholeBytesMax = 1024 * 1024;

    private const int PieceBytes = 128 * 1024;
    private static readonly StringValues ContentType = "application/grpc";
    private static readonly StringValues GzipEncoding = GrpcCompression.Gzip;

    /// <summary>Bytes written since the last flush.</summary>
    public long UnflushedBytes { get; private set; }

    /// <summary>Bytes of the messages written so far.</summary>
    public long SentBytes { get; private set; }

    private bool HasOutput => _output is not null;

    /// <summary>
    /// Writes a message without flushing. Unary calls need no flush; streams flush when they have nothing more to say
    /// for the moment, or when <see cref="UnflushedBytes"/> grows.
    /// </summary>
    public void Respond(IMessage message)
    {
        int size = message.CalculateSize();
        if (_deflate)
        {
            WriteFrame(1, GrpcCompression.Deflate(message.ToByteArray()).Span);
            return;
        }

        PipeWriter output = Output();
        Span<byte> span = output.GetSpan(PrefixBytes);
        WritePrefix(span, 0, size);
        output.Advance(PrefixBytes);
        message.WriteTo(output);
        CountSent(size);
    }

    /// <inheritdoc cref="Respond(IMessage)"/>
    public void Respond<TPayload>(in TPayload payload)
        where TPayload : struct, IGrpcPayload
    {
        long size = payload.ComputeSize();
        if (size > int.MaxValue)
        {
            throw new GrpcStatusException(
                StatusCode.ResourceExhausted,
                $"grpc: trying to send message larger than max ({size} vs. {int.MaxValue})");
        }

        if (_deflate)
        {
            WriteFrame(1, GrpcCompression.Deflate(Encode(payload, size).Span).Span);
            return;
        }

        var writer = new WireWriter(Output(), PrefixBytes + size);
        writer.WriteByte(0);
        writer.WriteBigEndian((uint)size);
        payload.WriteTo(ref writer);
        writer.Flush();
        Require(writer.Written - PrefixBytes, size);
        CountSent(size);
    }

    /// <summary>
    /// Writes a message, a large one only as fast as the client takes it: what waits for a slow client is a buffer's worth,
    /// and what it refers to in the store.
    /// </summary>
    public ValueTask RespondAsync<TPayload>(in TPayload payload)
        where TPayload : struct, IGrpcPieces
    {
        long size = payload.ComputeSize();
        if (size is > WholeBytesMax and <= int.MaxValue)
        {
            return _deflate ? DeflatePiecesAsync(payload) : WritePiecesAsync(payload.Pieces(), size);
        }

        Respond(payload);
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes a message that is encoded already, without flushing.</summary>
    public void RespondEncoded(ReadOnlySpan<byte> message)
    {
        if (_deflate)
        {
            WriteFrame(1, GrpcCompression.Deflate(message).Span);
        }
        else
        {
            WriteFrame(0, message);
        }
    }

    /// <summary>
    /// Sends what was written; waits while the client is slow to read. False when the client is gone.
    /// </summary>
    public ValueTask<bool> FlushAsync()
    {
        UnflushedBytes = 0;
        ValueTask<FlushResult> flush = Output().FlushAsync();
        return flush.IsCompletedSuccessfully ? new ValueTask<bool>(!flush.Result.IsCompleted) : Wait(flush);

        static async ValueTask<bool> Wait(ValueTask<FlushResult> flush) => !(await flush).IsCompleted;
    }

    /// <summary>Writes a message and flushes.</summary>
    public ValueTask<bool> RespondAndFlushAsync<TPayload>(in TPayload payload)
        where TPayload : struct, IGrpcPayload
    {
        Respond(payload);
        return FlushAsync();
    }

    /// <inheritdoc cref="RespondAndFlushAsync{TPayload}(in TPayload)"/>
    public ValueTask<bool> RespondAndFlushAsync(IMessage message)
    {
        Respond(message);
        return FlushAsync();
    }

    private static ReadOnlyMemory<byte> Encode<TPayload>(in TPayload payload, long size)
        where TPayload : struct, IGrpcPayload
    {
        var buffer = new ArrayBufferWriter<byte>((int)size + 16);
        var writer = new WireWriter(buffer, size);
        payload.WriteTo(ref writer);
        writer.Flush();
        Require(writer.Written, size);
        return buffer.WrittenMemory;
    }

    // A payload that lies about its size would shift every later frame of the stream.
    private static void Require(long written, long computed)
    {
        if (written != computed)
        {
            throw new InvalidOperationException($"A payload computed {computed} bytes and wrote {written}.");
        }
    }

    private static void WritePrefix(Span<byte> span, byte flag, int size)
    {
        span[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], size);
    }

    private void WriteFrame(byte flag, ReadOnlySpan<byte> message)
    {
        PipeWriter output = Output();
        WritePrefix(output.GetSpan(PrefixBytes), flag, message.Length);
        output.Advance(PrefixBytes);
        output.Write(message);
        CountSent(message.Length);
    }

    private async ValueTask WritePiecesAsync(IEnumerable<ReadOnlyMemory<byte>> pieces, long size)
    {
        PipeWriter output = Output();
        WritePrefix(output.GetSpan(PrefixBytes), 0, (int)size);
        output.Advance(PrefixBytes);
        long written = 0;
        long unflushed = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            for (int start = 0; start < piece.Length; start += PieceBytes)
            {
                ReadOnlyMemory<byte> part = piece.Slice(start, Math.Min(PieceBytes, piece.Length - start));
                output.Write(part.Span);
                written += part.Length;
                unflushed += part.Length;
                if (unflushed >= PieceBytes)
                {
                    unflushed = 0;
                    if (!await FlushAsync())
                    {
                        throw new OperationCanceledException("the client is gone");
                    }
                }
            }
        }

        Require(written, size);
        CountSent(size);
    }

    // A frame begins with its length. To know it without the whole in memory, the pieces are compressed twice.
    private async ValueTask DeflatePiecesAsync<TPayload>(TPayload payload)
        where TPayload : struct, IGrpcPieces
    {
        var measure = new CountingStream(null);
        foreach (int _ in GrpcCompression.DeflateSteps(payload.Pieces(), measure, PieceBytes))
        {
            CancellationToken.ThrowIfCancellationRequested();
        }

        if (measure.Written > int.MaxValue)
        {
            throw new GrpcStatusException(
                StatusCode.ResourceExhausted,
                $"grpc: trying to send message larger than max ({measure.Written} vs. {int.MaxValue})");
        }

        PipeWriter output = Output();
        WritePrefix(output.GetSpan(PrefixBytes), 1, (int)measure.Written);
        output.Advance(PrefixBytes);
        var deflated = new CountingStream(output);
        long flushed = 0;
        foreach (int _ in GrpcCompression.DeflateSteps(payload.Pieces(), deflated, PieceBytes))
        {
            if (deflated.Written - flushed >= PieceBytes)
            {
                flushed = deflated.Written;
                if (!await FlushAsync())
                {
                    throw new OperationCanceledException("the client is gone");
                }
            }
        }

        Require(deflated.Written, measure.Written);
        CountSent(measure.Written);
    }

    // The first use settles the response's headers: from here on the status goes into the trailers.
    private PipeWriter Output()
    {
        if (_output is null)
        {
            _response.Headers.ContentType = ContentType;
            if (_deflate)
            {
                _response.Headers["grpc-encoding"] = GzipEncoding;
            }

            _output = _responseBody.Writer;
        }

        return _output;
    }

    private void CountSent(long size)
    {
        UnflushedBytes += size + PrefixBytes;
        SentBytes += size;
        _method.MessagesSent.Increment();
        _metrics.SentBytes.Add(size);
    }
}
