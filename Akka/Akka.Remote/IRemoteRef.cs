namespace Akka.Remote;

/// <summary>Marks references to actors of other systems.</summary>
[InternalApi]
public interface IRemoteRef : IActorRefScope
{
}
