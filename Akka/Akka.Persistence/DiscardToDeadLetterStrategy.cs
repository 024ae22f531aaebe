namespace Akka.Persistence;

/// <summary>Sends what does not fit into the internal stash to dead letters.</summary>
public class DiscardToDeadLetterStrategy : IStashOverflowStrategy
{
    private DiscardToDeadLetterStrategy()
    {
    }

    public static DiscardToDeadLetterStrategy Instance { get; } = new();
}
