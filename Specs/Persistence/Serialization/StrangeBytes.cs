using System.Runtime.Serialization;
using Akka.Serialization;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Serialization;

/// <summary>Bytes that no member writes: a serializer reads something out of them or refuses them in the one way there is.</summary>
internal static class StrangeBytes
{
    private const int NoiseRounds = 300;
    private const int NoiseBytesMax = 60;

    /// <summary>Each example cut off anywhere, with each bit flipped, and noise in its place; and a manifest that nobody knows.</summary>
    public static void AreReadOrRefused(SerializerWithStringManifest serializer, IEnumerable<object> examples, int seed)
    {
        var random = new Random(seed);
        foreach (var example in examples)
        {
            var manifest = serializer.Manifest(example);
            var bytes = serializer.ToBinary(example);
            for (var cut = 0; cut < bytes.Length; cut++)
            {
                Decode(serializer, bytes[..cut], manifest);
            }

            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var flipped = bytes.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                Decode(serializer, flipped, manifest);
            }

            for (var round = 0; round < NoiseRounds; round++)
            {
                var noise = new byte[random.Next(NoiseBytesMax)];
                random.NextBytes(noise);
                Decode(serializer, noise, manifest);
            }
        }

        Assert.Throws<SerializationException>(() => serializer.FromBinary([], "XX"));
    }

    private static void Decode(SerializerWithStringManifest serializer, byte[] bytes, string manifest)
    {
        try
        {
            Assert.NotNull(serializer.FromBinary(bytes, manifest));
        }
        catch (SerializationException)
        {
            // The one way to refuse bytes.
        }
    }
}
