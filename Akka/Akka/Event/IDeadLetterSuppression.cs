namespace Akka.Event;

/// <summary>A message whose loss is normal; dead-letter logging passes over it.</summary>
public interface IDeadLetterSuppression
{
}
