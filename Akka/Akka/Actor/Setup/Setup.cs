namespace Akka.Actor.Setup;

/// <summary>A part of a system's configuration that is code rather than HOCON.</summary>
public abstract class Setup
{
    protected Setup()
    {
    }

    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
