namespace Akka.Pattern;

/// <summary>How a backoff supervisor finds out that its child is well again.</summary>
public interface IBackoffReset
{
}
