using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class SerializationSpec : ActorSpecBase
{
    private const string Bindings = """
        akka.actor {
          serializers {
            animals = "ActorEtcd.Specs.Akka.Actor.SerializationSpec+AnimalSerializer, ActorEtcd.Specs"
            dogs = "ActorEtcd.Specs.Akka.Actor.SerializationSpec+DogSerializer, ActorEtcd.Specs"
          }
          serialization-bindings {
            "ActorEtcd.Specs.Akka.Actor.SerializationSpec+IAnimal, ActorEtcd.Specs" = animals
            "ActorEtcd.Specs.Akka.Actor.SerializationSpec+Dog, ActorEtcd.Specs" = dogs
          }
          serialization-identifiers {
            "ActorEtcd.Specs.Akka.Actor.SerializationSpec+AnimalSerializer, ActorEtcd.Specs" = 9001
          }
        }
        """;

    public SerializationSpec()
        : base(Bindings)
    {
    }

    public interface IAnimal
    {
        string Name { get; }
    }

    [Fact]
    public void Serializer_is_found_by_interface_and_the_most_specific_binding_wins()
    {
        Assert.IsType<AnimalSerializer>(Sys.Serialization.FindSerializerFor(new Cat("Tom")));
        Assert.IsType<DogSerializer>(Sys.Serialization.FindSerializerFor(new Dog("Rex")));
    }

    [Fact]
    public void Identifier_comes_from_the_configuration_or_from_the_serializer()
    {
        Assert.Equal(9001, Sys.Serialization.FindSerializerFor(new Cat("Tom")).Identifier);
        Assert.Equal(9002, Sys.Serialization.FindSerializerFor(new Dog("Rex")).Identifier);
        Assert.Equal(4, Sys.Serialization.FindSerializerFor(Array.Empty<byte>()).Identifier);
        Assert.Equal(0, Sys.Serialization.FindSerializerFor(null).Identifier);
    }

    [Fact]
    public void Object_comes_back_from_bytes_identifier_and_manifest()
    {
        var cat = new Cat("Tom");
        var serializer = Sys.Serialization.FindSerializerFor(cat);
        var manifest = Serialization.ManifestFor(serializer, cat);
        Assert.Equal("cat", manifest);
        Assert.Equal(cat, Sys.Serialization.Deserialize(serializer.ToBinary(cat), serializer.Identifier, manifest));
    }

    [Fact]
    public void Unknown_identifier_is_refused()
    {
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([], 12345, "cat"));
    }

    [Fact]
    public void Manifest_that_the_serializer_does_not_know_is_refused_by_it()
    {
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([], 9001, "System.Diagnostics.Process, System"));
    }

    [SubsetFact]
    public void Type_without_a_binding_is_refused()
    {
        Assert.Throws<SerializationException>(() => Sys.Serialization.FindSerializerFor(new object()));
    }

    [Fact]
    public void Byte_array_is_its_own_serialization()
    {
        byte[] bytes = [1, 2, 3];
        Assert.Same(bytes, Sys.Serialization.FindSerializerFor(bytes).ToBinary(bytes));
    }

    [Fact]
    public void Reference_comes_back_from_its_serialized_path()
    {
        var actor = Start((_, _) => { });
        var path = Serialization.SerializedActorPath(actor);
        Assert.Equal(actor.Path.ToSerializationFormat(), path);
        Assert.Equal(actor, ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(path));
    }

    [Theory]
    [InlineData("akka://sys/user/a")]
    [InlineData("akka.tcp://sys@host:2552/user/a/b")]
    [InlineData("akka.tcp://sys@[::1]:2552/user/a")]
    public void Path_is_printed_as_it_was_parsed(string text)
    {
        Assert.Equal(text, ActorPath.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sys/user")]
    public void Malformed_path_is_refused(string text)
    {
        Assert.False(ActorPath.TryParse(text, out _));
    }

    public sealed record Cat(string Name) : IAnimal;

    public sealed record Dog(string Name) : IAnimal;

    public sealed class AnimalSerializer : SerializerWithStringManifest
    {
        public AnimalSerializer(ExtendedActorSystem system)
            : base(system)
        {
        }

        public override string Manifest(object o) => "cat";

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((IAnimal)obj).Name);

        public override object FromBinary(byte[] bytes, string manifest) =>
            manifest == "cat" ? new Cat(Encoding.UTF8.GetString(bytes)) : throw new SerializationException(manifest);
    }

    public sealed class DogSerializer : Serializer
    {
        public DogSerializer(ExtendedActorSystem system)
            : base(system)
        {
        }

        public override int Identifier => 9002;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Dog)obj).Name);

        public override object FromBinary(byte[] bytes, Type type) => new Dog(Encoding.UTF8.GetString(bytes));
    }
}
