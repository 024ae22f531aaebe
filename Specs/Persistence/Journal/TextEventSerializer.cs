using System.Buffers;
using System.Text;
using ActorEtcd.Persistence.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>Writes texts straight into the log's buffer.</summary>
public sealed class TextEventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system), IBufferSerializer
{
    private const string TextManifest = "text";

    private static int DirectWriteCount;

    public static int DirectWrites => Volatile.Read(ref DirectWriteCount);

    public override int Identifier => 40_001;

    public override string Manifest(object o) => TextManifest;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((TextEvent)obj).Text);

    public override object FromBinary(byte[] bytes, string manifest) => manifest == TextManifest
        ? new TextEvent(Encoding.UTF8.GetString(bytes))
        : throw new ArgumentException($"unknown manifest {manifest}", nameof(manifest));

    public void WriteTo(object value, IBufferWriter<byte> output)
    {
        Interlocked.Increment(ref DirectWriteCount);
        var text = ((TextEvent)value).Text;
        output.Write("half of it"u8[..(text == "unserializable" ? 4 : 0)]);
        if (text == "unserializable")
        {
            throw new InvalidOperationException("cannot be serialized");
        }

        output.Write(Encoding.UTF8.GetBytes(text));
    }
}
