using System.Buffers.Binary;
using System.Runtime.Serialization;
using Akka.Remote.Serialization;

namespace Akka.Remote.Transport.Tcp;

/// <summary>The caller's first frame: who it is, whom it means, and its oldest unacknowledged system message.</summary>
internal sealed record Hello(Address From, int Uid, Address To, long FirstSequence)
{
    public byte[] ToFrame() => Frames.Control(
        FrameKind.Hello,
        new WireWriter().Byte(Frames.ProtocolVersion).Text(From.ToString()).Int(Uid).Text(To.ToString())
            .Long(FirstSequence).ToArray());

    public static Hello Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var version = reader.Byte();
        if (version != Frames.ProtocolVersion)
        {
            throw new SerializationException($"Protocol version {version}, expected {Frames.ProtocolVersion}");
        }

        return new Hello(Handshake.AddressOf(reader.Text()), reader.Int(), Handshake.AddressOf(reader.Text()), reader.Long());
    }
}

/// <summary>The answer: who accepts, and the last system message that this incarnation has had from the caller.</summary>
internal sealed record Welcome(Address From, int Uid, long Delivered)
{
    public byte[] ToFrame() => Frames.Control(
        FrameKind.Welcome,
        new WireWriter().Byte(Frames.ProtocolVersion).Text(From.ToString()).Int(Uid).Long(Delivered).ToArray());

    public static Welcome Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        _ = reader.Byte();
        return new Welcome(Handshake.AddressOf(reader.Text()), reader.Int(), reader.Long());
    }
}

/// <summary>The other answer: why not.</summary>
internal sealed record Refusal(DisassociateReason Reason, string Text)
{
    public byte[] ToFrame() =>
        Frames.Control(FrameKind.Refuse, new WireWriter().Byte((byte)Reason).Text(Text).ToArray());

    public static Refusal Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        return new Refusal((DisassociateReason)reader.Byte(), reader.Text());
    }
}

internal static class Handshake
{
    public static Address AddressOf(string text) => Address.TryParse(text, out var address)
        ? address
        : throw new SerializationException($"[{text}] is not an address");

    /// <summary>Reads exactly one small frame; used before a connection has its own reader.</summary>
    public static async Task<(FrameKind Kind, byte[] Body)> ReadFrame(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[Frames.HeaderSize];
        await stream.ReadExactlyAsync(header, cancellation).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 1 or > Frames.HandshakeSizeMax)
        {
            throw new SerializationException($"A handshake of {length} bytes; the other end speaks another protocol");
        }

        var body = new byte[length - 1];
        await stream.ReadExactlyAsync(body, cancellation).ConfigureAwait(false);
        return ((FrameKind)header[Frames.LengthSize], body);
    }
}
