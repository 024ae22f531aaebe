using System.Globalization;

namespace ActorEtcd;

/// <summary>The identity of a lease; 0 means no lease.</summary>
public readonly record struct LeaseId(long Value) : IComparable<LeaseId>
{
    public static readonly LeaseId None;

    public bool IsNone => Value == 0;

    public int CompareTo(LeaseId other) => Value.CompareTo(other.Value);

    /// <summary>Lower-case hexadecimal, as etcd prints it.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
