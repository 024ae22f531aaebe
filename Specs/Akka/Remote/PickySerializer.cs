using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Specs.Akka.Remote;

public sealed class PickySerializer : SerializerWithStringManifest
{
    public PickySerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override int Identifier => 4711;

    public override string Manifest(object o) => ((PickyMessage)o).Kind;

    public override byte[] ToBinary(object obj) => Manifest(obj) == PickyMessage.FailsOnWrite
        ? throw new SerializationException("cannot be written")
        : [];

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        PickyMessage.Fine => new PickyMessage(manifest),
        PickyMessage.FailsOnRead => throw new InvalidOperationException("cannot be read"),
        _ => throw new SerializationException($"unknown manifest [{manifest}]"),
    };
}
