namespace Akka.Remote;

public class AddressUidExtension : ExtensionIdProvider<AddressUid>
{
    public override AddressUid CreateExtension(ExtendedActorSystem system) => new();

    public static int Uid(ActorSystem system) =>
        system.WithExtension<AddressUid, AddressUidExtension>().Uid;
}
