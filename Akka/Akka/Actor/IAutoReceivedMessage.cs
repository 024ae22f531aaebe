namespace Akka.Actor;

/// <summary>A message that the actor's cell answers itself; the actor's own handlers never see it.</summary>
public interface IAutoReceivedMessage
{
}
