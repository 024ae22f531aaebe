namespace Akka.Actor.Internal;

public static class InternalCurrentActorCellKeeper
{
    [ThreadStatic]
    private static ActorCell CellOfThread;

    /// <summary>The cell whose actor this thread runs; null outside of actors.</summary>
    public static ActorCell Current
    {
        get => CellOfThread;
        set => CellOfThread = value;
    }
}
