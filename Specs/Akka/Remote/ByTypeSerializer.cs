using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>Names what it wrote by its type, as a careless serializer does.</summary>
public sealed class ByTypeSerializer : Serializer
{
    public ByTypeSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public static bool SawForeignType { get; private set; }

    public override int Identifier => 4712;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => [];

    public override object FromBinary(byte[] bytes, Type type)
    {
        SawForeignType |= type == typeof(ForeignMessage);
        return Activator.CreateInstance(type)!;
    }
}
