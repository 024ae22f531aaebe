namespace Akka.Actor.Internal;

public static class InternalCurrentActorCellKeeper
{
    [ThreadStatic]
    private static ActorCell _current;

    /// <summary>The cell whose actor this thread runs; null outside of actors.</summary>
    public static ActorCell Current
    {
        get => _current;
        set => _current = value;
    }
}
