using System.Buffers;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>Serializes the messages between Raft actors; bound to PeerMessage.</summary>
public sealed class RaftMessageSerializer(ExtendedActorSystem system)
    : SerializerWithStringManifest(system), IBufferSerializer
{
    private readonly Lazy<PeerTraffic> _traffic = new(() => PeerTraffic.Get(system));

    public override int Identifier => 2101;

    public override string Manifest(object o) => RaftMessageCodec.ManifestOf(o);

    public override byte[] ToBinary(object obj)
    {
        var traffic = _traffic.Value;
        var bytes = new byte[RaftMessageCodec.Size(obj, traffic.ClusterId)];
        RaftMessageCodec.Write(bytes, obj, traffic.ClusterId);
        traffic.Sent(obj, bytes.Length);
        return bytes;
    }

    public void WriteTo(object value, IBufferWriter<byte> output)
    {
        var traffic = _traffic.Value;
        var size = RaftMessageCodec.Size(value, traffic.ClusterId);
        RaftMessageCodec.Write(output.GetSpan(size)[..size], value, traffic.ClusterId);
        output.Advance(size);
        traffic.Sent(value, size);
    }

    /// <exception cref="Wire.MalformedMessageException">The bytes are not of the manifest's kind.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var traffic = _traffic.Value;
        var message = RaftMessageCodec.Decode(bytes, manifest, traffic.ClusterId);
        traffic.Received(message, bytes.Length);
        return message;
    }
}
