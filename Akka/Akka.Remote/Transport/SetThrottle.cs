namespace Akka.Remote.Transport;

/// <summary>A management command: how much the link with an address carries from now on.</summary>
public sealed class SetThrottle
{
    public SetThrottle(Address address, ThrottleTransportAdapter.Direction direction, ThrottleMode mode)
    {
        Address = address;
        Direction = direction;
        Mode = mode;
    }

    public Address Address { get; }

    public ThrottleTransportAdapter.Direction Direction { get; }

    public ThrottleMode Mode { get; }

    public static bool operator ==(SetThrottle left, SetThrottle right) => Equals(left, right);

    public static bool operator !=(SetThrottle left, SetThrottle right) => !Equals(left, right);

    public override bool Equals(object obj) => obj is SetThrottle other
        && Direction == other.Direction && Equals(Address, other.Address) && Equals(Mode, other.Mode);

    public override int GetHashCode() => HashCode.Combine(Address, Direction, Mode);
}
