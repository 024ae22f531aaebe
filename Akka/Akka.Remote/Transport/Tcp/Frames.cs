using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// The layout of frames: four bytes of length (of what follows), a kind, and its content. Numbers are
/// little-endian. A message is recipient, sender and manifest, each with two bytes of length, the serializer's
/// identifier, and the payload.
/// </summary>
internal static class Frames
{
    public const byte ProtocolVersion = 1;
    public const int LengthSize = 4;
    public const int HeaderSize = LengthSize + 1;
    public const int HandshakeSizeMax = 8 * 1024;

    private const int SequenceSize = 8;
    private const int MessageOverhead = HeaderSize + 2 + 2 + 2 + 4;

    public static int SizeOf(in OutboundMessage message, bool withSequence) =>
        MessageOverhead + message.Recipient.Length + message.Sender.Length + message.ManifestSize + message.Payload.Length
        + (withSequence ? SequenceSize : 0);

    public static void WriteMessage(Span<byte> frame, in OutboundMessage message, long? sequence)
    {
        var rest = WriteHeader(frame, sequence is null ? FrameKind.Message : FrameKind.SystemMessage);
        if (sequence is { } number)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, number);
            rest = rest[SequenceSize..];
        }

        rest = WriteShort(rest, message.Recipient);
        rest = WriteShort(rest, message.Sender);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)message.ManifestSize);
        Encoding.UTF8.GetBytes(message.Manifest, rest[2..]);
        rest = rest[(2 + message.ManifestSize)..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, message.SerializerId);
        message.Payload.CopyTo(rest[4..]);
    }

    public static byte[] Control(FrameKind kind, params ReadOnlySpan<byte> content)
    {
        var frame = new byte[HeaderSize + content.Length];
        content.CopyTo(WriteHeader(frame, kind));
        return frame;
    }

    public static byte[] Ack(long sequence)
    {
        Span<byte> content = stackalloc byte[SequenceSize];
        BinaryPrimitives.WriteInt64LittleEndian(content, sequence);
        return Control(FrameKind.Ack, content);
    }

    public static long ReadSequence(scoped ref ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadInt64LittleEndian(Take(ref body, SequenceSize));

    public static InboundMessage ReadMessage(ReadOnlySpan<byte> body)
    {
        var recipient = TakeShort(ref body);
        var sender = TakeShort(ref body);
        var manifest = TakeShort(ref body);
        var serializerId = BinaryPrimitives.ReadInt32LittleEndian(Take(ref body, 4));
        return new InboundMessage(recipient, sender, manifest, serializerId, body);
    }

    private static Span<byte> WriteHeader(Span<byte> frame, FrameKind kind)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - LengthSize);
        frame[LengthSize] = (byte)kind;
        return frame[HeaderSize..];
    }

    private static Span<byte> WriteShort(Span<byte> target, byte[] bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)bytes.Length);
        bytes.CopyTo(target[2..]);
        return target[(2 + bytes.Length)..];
    }

    private static ReadOnlySpan<byte> TakeShort(scoped ref ReadOnlySpan<byte> body) =>
        Take(ref body, BinaryPrimitives.ReadUInt16LittleEndian(Take(ref body, 2)));

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> body, int count)
    {
        if (count > body.Length)
        {
            throw new SerializationException($"Frame is cut off: expected {count} more bytes, found {body.Length}");
        }

        var taken = body[..count];
        body = body[count..];
        return taken;
    }
}
