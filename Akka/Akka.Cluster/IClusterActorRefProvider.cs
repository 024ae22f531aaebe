using Akka.Remote;

namespace Akka.Cluster;

[InternalApi]
public interface IClusterActorRefProvider : IRemoteActorRefProvider
{
}
