using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An actor with an internal stash besides its own.</summary>
public interface IPersistenceStash : IWithUnboundedStash
{
    IStashOverflowStrategy InternalStashOverflowStrategy { get; }
}
