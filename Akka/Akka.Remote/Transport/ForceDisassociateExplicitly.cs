namespace Akka.Remote.Transport;

/// <summary>A management command: every connection with an address ends now, for this reason.</summary>
public sealed class ForceDisassociateExplicitly
{
    public ForceDisassociateExplicitly(Address address, DisassociateInfo reason)
    {
        Address = address;
        Reason = reason;
    }

    public Address Address { get; }

    public DisassociateInfo Reason { get; }
}
