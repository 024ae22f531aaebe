namespace Akka.Actor;

/// <summary>Marks an FSM whose events and transitions are logged when akka.actor.debug.fsm is on.</summary>
public interface ILoggingFSM
{
}
