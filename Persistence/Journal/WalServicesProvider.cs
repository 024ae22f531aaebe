using Akka.Actor;

namespace ActorEtcd.Persistence.Journal;

/// <summary>Creates the <see cref="WalServices"/> of an actor system.</summary>
public sealed class WalServicesProvider : ExtensionIdProvider<WalServices>
{
    public static readonly WalServicesProvider Instance = new();

    public override WalServices CreateExtension(ExtendedActorSystem system) => new();
}
