namespace Akka.Persistence;

/// <summary>A persistent actor whose handlers say whether they handled a message.</summary>
public abstract class PersistentActor : Eventsourced
{
    protected override bool Receive(object message) => ReceiveCommand(message);
}
