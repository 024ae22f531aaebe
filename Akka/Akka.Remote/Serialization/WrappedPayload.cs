using System.Runtime.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>A message inside another one: serializer id, manifest and bytes.</summary>
internal static class WrappedPayload
{
    // Messages in messages in messages would let a peer exhaust the stack.
    private const int DepthMax = 8;

    [ThreadStatic]
    private static int Depth;

    public static void Write(WireWriter writer, object message, Akka.Serialization.Serialization serialization)
    {
        var serializer = serialization.FindSerializerFor(message);
        writer.Int(serializer.Identifier)
            .Text(Akka.Serialization.Serialization.ManifestFor(serializer, message))
            .Bytes(serializer.ToBinary(message));
    }

    public static object Read(ref WireReader reader, Akka.Serialization.Serialization serialization)
    {
        var serializerId = reader.Int();
        var manifest = reader.Text();
        var bytes = reader.Bytes();
        if (Depth >= DepthMax)
        {
            throw new SerializationException($"Messages nested deeper than {DepthMax}");
        }

        Depth++;
        try
        {
            return serialization.Deserialize(bytes, serializerId, manifest);
        }
        finally
        {
            Depth--;
        }
    }
}
