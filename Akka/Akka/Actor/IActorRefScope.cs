using Akka.Annotations;

namespace Akka.Actor;

[InternalApi]
public interface IActorRefScope
{
    bool IsLocal { get; }
}
