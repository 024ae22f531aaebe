using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Text and whole numbers.</summary>
public sealed class PrimitiveSerializers : SerializerWithStringManifest
{
    private const string StringManifest = "S";
    private const string Int32Manifest = "I";
    private const string Int64Manifest = "L";

    public PrimitiveSerializers(ExtendedActorSystem system, Config config)
        : base(system)
    {
        _ = config;
    }

    public override string Manifest(object obj) => obj switch
    {
        string => StringManifest,
        int => Int32Manifest,
        long => Int64Manifest,
        _ => throw new ArgumentException($"Cannot serialize object of type [{obj.GetType()}]", nameof(obj)),
    };

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text:
                return Encoding.UTF8.GetBytes(text);
            case int number:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default:
                throw new ArgumentException($"Cannot serialize object of type [{obj.GetType()}]", nameof(obj));
        }
    }

    public override object FromBinary(byte[] bytes, string manifest) => (manifest, bytes.Length) switch
    {
        (StringManifest, _) => Encoding.UTF8.GetString(bytes),
        (Int32Manifest, 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (Int64Manifest, 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => throw new SerializationException(
            $"Unimplemented deserialization of {bytes.Length} bytes with manifest [{manifest}] in [{nameof(PrimitiveSerializers)}]"),
    };
}
