namespace Akka.Remote.Transport;

/// <summary>A management command: every connection with an address ends now.</summary>
public sealed class ForceDisassociate
{
    public ForceDisassociate(Address address)
    {
        Address = address;
    }

    public Address Address { get; }
}
