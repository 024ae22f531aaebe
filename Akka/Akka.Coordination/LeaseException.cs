namespace Akka.Coordination;

/// <summary>A lease could not be acquired or released for a reason other than another owner.</summary>
public class LeaseException : Exception
{
    public LeaseException(string message)
        : base(message)
    {
    }

    public LeaseException(string message, Exception innerEx)
        : base(message, innerEx)
    {
    }
}
