namespace Akka.Cluster;

/// <summary>An incarnation of a node: its address, and a number that the next system at that address does not have.</summary>
public class UniqueAddress : IComparable<UniqueAddress>, IEquatable<UniqueAddress>, IComparable
{
    public UniqueAddress(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    public Address Address { get; }

    public int Uid { get; }

    public static bool operator ==(UniqueAddress left, UniqueAddress right) => Equals(left, right);

    public static bool operator !=(UniqueAddress left, UniqueAddress right) => !Equals(left, right);

    public int CompareTo(UniqueAddress uniqueAddress)
    {
        if (uniqueAddress is null)
        {
            return 1;
        }

        var result = Member.AddressOrdering.Compare(Address, uniqueAddress.Address);
        return result != 0 ? result : Uid.CompareTo(uniqueAddress.Uid);
    }

    public bool Equals(UniqueAddress other) => other is not null && Uid == other.Uid && Address.Equals(other.Address);

    public override bool Equals(object obj) => Equals(obj as UniqueAddress);

    public override int GetHashCode() => HashCode.Combine(Address, Uid);

    public override string ToString() => $"UniqueAddress: ({Address}, {Uid})";

    int IComparable.CompareTo(object obj) => CompareTo((UniqueAddress)obj);
}
