using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using ActorEtcd.Host.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// Writes an encoded message as JSON while it arrives: field by field, as fast as the reader of the JSON takes it. A message
/// within it that is long is taken apart itself, so what is held at a time is one value, or <see cref="PieceBytes"/>. The JSON is
/// that of <see cref="ProtoJsonWriter"/>, since the fields arrive in the order in which they are declared.
/// </summary>
internal sealed class ProtoJsonStream : IDisposable
{
    /// <summary>A longer message within a message is not read as a whole, and after so many bytes of JSON they are sent.</summary>
    public const int PieceBytes = 64 * 1024;

    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly Utf8JsonWriter _json;
    private long _flushed;

    public ProtoJsonStream(PipeReader input, PipeWriter output)
    {
        _input = input;
        _output = output;
        _json = new Utf8JsonWriter(output, GatewayJson.Options);
    }

    /// <summary>Writes the message that takes the next bytes of the input.</summary>
    /// <exception cref="OperationCanceledException">Nobody reads the JSON any more.</exception>
    public async ValueTask WriteAsync(MessageDescriptor message, long length)
    {
        await WriteMessageAsync(message, length);
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private async ValueTask WriteMessageAsync(MessageDescriptor message, long length)
    {
        FieldDescriptor? list = null;
        _json.WriteStartObject();
        while (length > 0)
        {
            var head = await ReadHeadAsync(length);
            length -= head.Bytes + head.BodyBytes;
            var field = message.FindFieldByNumber(head.Field);
            if (list is not null && field != list)
            {
                _json.WriteEndArray();
                list = null;
            }

            if (field is { IsRepeated: true } && field != list)
            {
                list = field;
                WriteName(message, field);
                _json.WriteStartArray();
            }

            await WriteFieldAsync(message, field, head);
            await FlushWhenMuchAsync();
        }

        if (list is not null)
        {
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    private async ValueTask WriteFieldAsync(MessageDescriptor message, FieldDescriptor? field, Head head)
    {
        if (field is { FieldType: FieldType.Message, IsMap: false } && head.BodyBytes > PieceBytes)
        {
            await SkipAsync(head.Bytes);
            if (!field.IsRepeated)
            {
                WriteName(message, field);
            }

            await WriteMessageAsync(field.MessageType, head.BodyBytes);
            return;
        }

        // A message with this field alone: its own parser knows how to read it.
        var buffer = await ReadAsync(head.Bytes + head.BodyBytes);
        if (field is not null)
        {
            var part = message.Parser.ParseFrom(buffer);
            if (field.IsRepeated)
            {
                ProtoJsonWriter.WriteItems(_json, field, field.Accessor.GetValue(part));
            }
            else
            {
                ProtoJsonWriter.WriteField(_json, field, NameOf(message, field), part);
            }
        }

        _input.AdvanceTo(buffer.End);
    }

    private void WriteName(MessageDescriptor message, FieldDescriptor field) => _json.WritePropertyName(NameOf(message, field));

    private static JsonEncodedText NameOf(MessageDescriptor message, FieldDescriptor field)
        => ProtoJsonFields.Of(message).InOrder[field.Index].Name;

    private async ValueTask FlushWhenMuchAsync()
    {
        if (_json.BytesCommitted + _json.BytesPending - _flushed < PieceBytes)
        {
            return;
        }

        _json.Flush();
        _flushed = _json.BytesCommitted;
        if ((await _output.FlushAsync()).IsCompleted)
        {
            throw new OperationCanceledException("nobody reads the answer any more");
        }
    }

    private async ValueTask<Head> ReadHeadAsync(long length)
    {
        while (true)
        {
            var result = await _input.ReadAsync();
            if (TryReadHead(result.Buffer, out var head))
            {
                _input.AdvanceTo(result.Buffer.Start);
                return head.Bytes + head.BodyBytes <= length ? head : throw Malformed();
            }

            _input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                throw Malformed();
            }
        }
    }

    /// <summary>The next bytes, which are there until the input is advanced.</summary>
    private async ValueTask<ReadOnlySequence<byte>> ReadAsync(long count)
    {
        while (true)
        {
            var result = await _input.ReadAsync();
            if (result.Buffer.Length >= count)
            {
                return result.Buffer.Slice(0, count);
            }

            _input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                throw Malformed();
            }
        }
    }

    private async ValueTask SkipAsync(long count)
    {
        var buffer = await ReadAsync(count);
        _input.AdvanceTo(buffer.End);
    }

    private static bool TryReadHead(in ReadOnlySequence<byte> buffer, out Head head)
    {
        var reader = new SequenceReader<byte>(buffer);
        head = default;
        if (!TryReadVarint(ref reader, out var tag))
        {
            return false;
        }

        var headBytes = reader.Consumed;
        long body;
        switch (WireFormat.GetTagWireType((uint)tag))
        {
            case WireFormat.WireType.Varint:
                if (!TryReadVarint(ref reader, out _))
                {
                    return false;
                }

                body = reader.Consumed - headBytes;
                break;
            case WireFormat.WireType.Fixed64:
                body = sizeof(ulong);
                break;
            case WireFormat.WireType.Fixed32:
                body = sizeof(uint);
                break;
            case WireFormat.WireType.LengthDelimited:
                if (!TryReadVarint(ref reader, out var length))
                {
                    return false;
                }

                headBytes = reader.Consumed;
                body = length <= int.MaxValue ? (long)length : throw Malformed();
                break;
            default:
                throw Malformed();
        }

        head = new Head(WireFormat.GetTagFieldNumber((uint)tag), headBytes, body);
        return true;
    }

    private static bool TryReadVarint(ref SequenceReader<byte> reader, out ulong value)
    {
        const int BitsMax = 64;
        value = 0;
        for (var shift = 0; shift < BitsMax; shift += 7)
        {
            if (!reader.TryRead(out var next))
            {
                return false;
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        throw Malformed();
    }

    private static GrpcStatusException Malformed() => new(StatusCode.Internal, "grpc: the answer is not a message of its type");

    /// <summary>What stands before a field's content: its number, how long that is, and how long the content.</summary>
    private readonly record struct Head(int Field, long Bytes, long BodyBytes);
}
