namespace Akka.Remote;

/// <summary>Tells one incarnation of an actor system from the next one at the same address.</summary>
public class AddressUid : IExtension
{
    public readonly int Uid = Random.Shared.Next();
}
