using System.Globalization;

namespace ActorEtcd;

/// <summary>The identity of a member of the Raft group, as etcd computes it; 0 means nobody.</summary>
public readonly record struct MemberId(ulong Value) : IComparable<MemberId>
{
    public static readonly MemberId None;

    public bool IsNone => Value == 0;

    public int CompareTo(MemberId other) => Value.CompareTo(other.Value);

    /// <summary>Lower-case hexadecimal without padding, as etcd prints it.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
