namespace Akka.Remote.Transport.Tcp;

/// <summary>The other end answered, and declined.</summary>
internal sealed class RefusedException : RemoteTransportException
{
    public RefusedException(DisassociateReason reason, string message)
        : base(message)
    {
        Reason = reason;
    }

    public DisassociateReason Reason { get; }
}
