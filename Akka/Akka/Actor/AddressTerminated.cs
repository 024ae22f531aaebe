namespace Akka.Actor;

/// <summary>Tells a cell that watches across nodes that the node at an address is gone.</summary>
internal sealed class AddressTerminated : IAutoReceivedMessage, IPossiblyHarmful
{
    public AddressTerminated(Address address)
    {
        Address = address;
    }

    public Address Address { get; }
}
