namespace Akka.Actor.Internal;

/// <summary>Why a cell waits for children to stop, and so what it does when the last of them has.</summary>
public abstract class SuspendReason
{
    protected SuspendReason()
    {
    }

    public interface IWaitingForChildren
    {
    }

    public class Creation : SuspendReason, IWaitingForChildren
    {
    }

    public class Recreation : SuspendReason, IWaitingForChildren
    {
        public Recreation(Exception cause)
        {
            Cause = cause;
        }

        public Exception Cause { get; }
    }

    public class Termination : SuspendReason
    {
        private Termination()
        {
        }

        public static Termination Instance { get; } = new();
    }

    public class UserRequest : SuspendReason
    {
        private UserRequest()
        {
        }

        public static UserRequest Instance { get; } = new();
    }
}
