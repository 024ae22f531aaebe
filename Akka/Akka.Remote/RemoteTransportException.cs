namespace Akka.Remote;

/// <summary>Remoting could not start or cannot do what was asked.</summary>
public class RemoteTransportException : AkkaException
{
    public RemoteTransportException(string message, Exception cause = null)
        : base(message, cause)
    {
    }
}
