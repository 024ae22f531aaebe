namespace Akka.Remote.Transport.Tcp;

/// <summary>A serialised message and whom it is from and for.</summary>
internal readonly record struct OutboundMessage(
    byte[] Recipient,
    byte[] Sender,
    string Manifest,
    int ManifestSize,
    int SerializerId,
    byte[] Payload);
