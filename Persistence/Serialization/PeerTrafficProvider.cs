using Akka.Actor;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>Creates the <see cref="PeerTraffic"/> of an actor system.</summary>
public sealed class PeerTrafficProvider : ExtensionIdProvider<PeerTraffic>
{
    public static readonly PeerTrafficProvider Instance = new();

    public override PeerTraffic CreateExtension(ExtendedActorSystem system) => new();
}
