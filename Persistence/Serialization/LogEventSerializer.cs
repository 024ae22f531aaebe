using System.Buffers;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>Serializes the events and snapshots of the log; bound to LogEvent and LogSnapshot.</summary>
public sealed class LogEventSerializer(ExtendedActorSystem system)
    : SerializerWithStringManifest(system), IBufferSerializer
{
    public override int Identifier => 2102;

    public override string Manifest(object o) => LogEventCodec.ManifestOf(o);

    public override byte[] ToBinary(object obj)
    {
        var bytes = new byte[LogEventCodec.Size(obj)];
        LogEventCodec.Write(bytes, obj);
        return bytes;
    }

    public void WriteTo(object value, IBufferWriter<byte> output)
    {
        var size = LogEventCodec.Size(value);
        LogEventCodec.Write(output.GetSpan(size)[..size], value);
        output.Advance(size);
    }

    /// <exception cref="Wire.MalformedMessageException">The bytes are not of the manifest's kind.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => LogEventCodec.Decode(bytes, manifest);
}
