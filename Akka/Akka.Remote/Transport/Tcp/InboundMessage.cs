namespace Akka.Remote.Transport.Tcp;

/// <summary>The parts of a message frame, still in the buffer that they arrived in.</summary>
internal readonly ref struct InboundMessage
{
    public InboundMessage(
        ReadOnlySpan<byte> recipient,
        ReadOnlySpan<byte> sender,
        ReadOnlySpan<byte> manifest,
        int serializerId,
        ReadOnlySpan<byte> payload)
    {
        Recipient = recipient;
        Sender = sender;
        Manifest = manifest;
        SerializerId = serializerId;
        Payload = payload;
    }

    public ReadOnlySpan<byte> Recipient { get; }

    public ReadOnlySpan<byte> Sender { get; }

    public ReadOnlySpan<byte> Manifest { get; }

    public int SerializerId { get; }

    public ReadOnlySpan<byte> Payload { get; }
}
