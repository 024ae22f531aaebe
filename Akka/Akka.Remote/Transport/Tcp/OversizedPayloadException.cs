namespace Akka.Remote.Transport.Tcp;

/// <summary>A message is longer than maximum-frame-size allows. It is dropped; the connection stays.</summary>
internal sealed class OversizedPayloadException : RemoteTransportException
{
    public OversizedPayloadException(string message)
        : base(message)
    {
    }
}
