using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>Makes <see cref="Etcd"/>, once for each system.</summary>
public sealed class EtcdExtension : ExtensionIdProvider<Etcd>
{
    public override Etcd CreateExtension(ExtendedActorSystem system) => new();
}
