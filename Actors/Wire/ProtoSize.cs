using System.Numerics;

namespace ActorEtcd.Wire;

/// <summary>Sizes of protobuf fields in bytes; a field with its default value takes none, as proto3 leaves it out.</summary>
public static class ProtoSize
{
    public static int Varint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public static int Tag(int field) => Varint((ulong)field << 3);

    public static int UInt64(int field, ulong value) => value == 0 ? 0 : Tag(field) + Varint(value);

    public static int Int64(int field, long value) => UInt64(field, (ulong)value);

    public static int Bool(int field, bool value) => value ? Tag(field) + 1 : 0;

    public static int Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : Message(field, value.Length);

    public static int String(int field, string value)
        => value.Length == 0 ? 0 : Message(field, System.Text.Encoding.UTF8.GetByteCount(value));

    /// <summary>A nested message (or a byte field that is present even when empty) of the given size.</summary>
    public static int Message(int field, int size) => Tag(field) + Varint((ulong)size) + size;
}
