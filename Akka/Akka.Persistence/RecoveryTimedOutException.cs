using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A recovery got neither snapshot nor event for too long.</summary>
public sealed class RecoveryTimedOutException : AkkaException
{
    public RecoveryTimedOutException()
    {
    }

    public RecoveryTimedOutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
