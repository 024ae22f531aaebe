using System.Text;

namespace ActorEtcd;

/// <summary>
/// An immutable run of bytes with value equality and etcd's key order (unsigned, lexicographic).
/// Wraps memory that nobody writes to any more; never copies.
/// </summary>
public readonly struct Bytes : IEquatable<Bytes>, IComparable<Bytes>
{
    private readonly ReadOnlyMemory<byte> _memory;

    public Bytes(ReadOnlyMemory<byte> memory) => _memory = memory;

    public static Bytes Empty => default;

    public ReadOnlyMemory<byte> Memory => _memory;

    public ReadOnlySpan<byte> Span => _memory.Span;

    public int Length => _memory.Length;

    public bool IsEmpty => _memory.IsEmpty;

    public static implicit operator Bytes(byte[] bytes) => new(bytes);

    public static implicit operator Bytes(ReadOnlyMemory<byte> memory) => new(memory);

    public static bool operator ==(Bytes left, Bytes right) => left.Equals(right);

    public static bool operator !=(Bytes left, Bytes right) => !left.Equals(right);

    public static bool operator <(Bytes left, Bytes right) => left.CompareTo(right) < 0;

    public static bool operator <=(Bytes left, Bytes right) => left.CompareTo(right) <= 0;

    public static bool operator >(Bytes left, Bytes right) => left.CompareTo(right) > 0;

    public static bool operator >=(Bytes left, Bytes right) => left.CompareTo(right) >= 0;

    public static Bytes FromUtf8(string text) => Encoding.UTF8.GetBytes(text);

    public bool Equals(Bytes other) => _memory.Span.SequenceEqual(other._memory.Span);

    public override bool Equals(object? obj) => obj is Bytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_memory.Span);
        return hash.ToHashCode();
    }

    public int CompareTo(Bytes other) => _memory.Span.SequenceCompareTo(other._memory.Span);

    public byte[] ToArray() => _memory.ToArray();

    public override string ToString() => Encoding.UTF8.GetString(_memory.Span);
}
