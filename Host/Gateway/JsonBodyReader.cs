using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using ActorEtcd.Host.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// Takes one message after the other out of a request body. Messages of a stream are given as soon as they are
/// complete, while the body is still open.
/// </summary>
internal sealed class JsonBodyReader(PipeReader body, MethodDescriptor method, ProtoJsonReader messages, long maxBytes)
{
    private const int DepthMax = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = DepthMax };

    /// <summary>The next message; null at the end of the body.</summary>
    /// <exception cref="ProtoJsonException">What comes next is no message.</exception>
    public async ValueTask<IMessage?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken);
            var buffer = SkipBlanks(result.Buffer);
            if (buffer.Length > maxBytes)
            {
                throw new GrpcStatusException(
                    StatusCode.ResourceExhausted, $"grpc: received message larger than max ({buffer.Length} vs. {maxBytes})");
            }

            // The one message of a call without a request stream is parsed when all of it is there: at the end of the body,
            // or, as bodies of web sockets have no end, at the end of a line.
            var isWorthParsing = !buffer.IsEmpty && (method.IsClientStreaming || result.IsCompleted || EndsLine(buffer));
            if (isWorthParsing && TryRead(ref buffer, result.IsCompleted, out var message))
            {
                body.AdvanceTo(buffer.Start);
                return message;
            }

            body.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private static bool EndsLine(in ReadOnlySequence<byte> buffer) => buffer.Slice(buffer.Length - 1).FirstSpan[0] == '\n';

    private static ReadOnlySequence<byte> SkipBlanks(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        return reader.UnreadSequence;
    }

    private bool TryRead(ref ReadOnlySequence<byte> buffer, bool isFinal, out IMessage? message)
    {
        try
        {
            var reader = new Utf8JsonReader(buffer, isFinal, new JsonReaderState(Options));
            if (!JsonDocument.TryParseValue(ref reader, out var document))
            {
                message = null;
                return false;
            }

            using (document)
            {
                buffer = buffer.Slice(reader.Position);
                message = messages.Read(document.RootElement, method.InputType);
                return true;
            }
        }
        catch (JsonException error)
        {
            throw new ProtoJsonException($"invalid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}", error);
        }
        catch (InvalidOperationException error)
        {
            // A string that is not UTF-8, found when it is asked for.
            throw new ProtoJsonException("invalid JSON: a string is not UTF-8", error);
        }
    }
}
