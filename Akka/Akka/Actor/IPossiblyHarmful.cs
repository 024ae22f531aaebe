namespace Akka.Actor;

/// <summary>A message that a remote peer may not send in untrusted mode.</summary>
public interface IPossiblyHarmful
{
}
