using Google.Protobuf;

namespace ActorEtcd.Specs.Wire;

/// <summary>Values for the fields of random messages: short and long, absent and extreme.</summary>
internal static class RandomFields
{
    public static ByteString Blob(this Random random, int max)
    {
        byte[] bytes = new byte[random.Next(0, max)];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    public static long Number(this Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.Next(1, 200),
        2 => random.NextInt64(),
        _ => -random.NextInt64(),
    };
}
