using System.Numerics;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>Sizes of protobuf's wire forms. Fields with the default value are not written and count zero.</summary>
public static class WireSize
{
    public static int Varint(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;

    /// <summary>An integer field with a tag of one byte (numbers 1 to 15).</summary>
    public static int Field(ulong value) => value == 0 ? 0 : 1 + Varint(value);

    public static int Field(long value) => Field((ulong)value);

    public static int Field(bool value) => value ? 2 : 0;

    /// <summary>A length-delimited field that is present, with a tag of one byte.</summary>
    public static long Delimited(long length) => 1 + Varint((ulong)length) + length;
}
