namespace Akka.Persistence;

/// <summary>Answers what does not fit into the internal stash with a fixed response.</summary>
public sealed class ReplyToStrategy : IStashOverflowStrategy
{
    public ReplyToStrategy(object response)
    {
        Response = response;
    }

    public object Response { get; }
}
