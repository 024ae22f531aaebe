using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// Stands where Akka.NET has a serializer for whatever type the sender names: an object of no bound type neither leaves
/// the process nor is ever made from what a peer sends.
/// </summary>
public sealed class RefusingSerializer : Serializer
{
    public RefusingSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : base(system)
    {
    }

    /// <summary>The number of the serializer that it replaces.</summary>
    public override int Identifier => 1;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is bound to no serializer");

    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException("a peer chose a type that is bound to no serializer");
}
