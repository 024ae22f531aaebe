using System.Runtime.Serialization;
using System.Text;
using ActorEtcd.Lease;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Specs.Repo;
using ActorEtcd.Specs.TestKit;
using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Serialization;

/// <summary>The server's serializers: what is bound travels, nothing else does.</summary>
public sealed class RefusingSerializerSpec() : PatientTestKit(
    ConfigurationFactory.ParseString(
            """
            akka.actor.provider = local
            akka.loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
            """)
        .WithFallback(ConfigurationFactory.ParseString(Repository.Read("hocon/host.conf"))))
{
    [Fact]
    public void Object_of_no_bound_type_does_not_leave_the_process()
    {
        var foreign = new Foreign("text");

        Assert.Throws<SerializationException>(() => Sys.Serialization.FindSerializerFor(foreign).ToBinary(foreign));
    }

    [Fact]
    public void Type_that_a_peer_names_is_not_made()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("""{"$type":"System.Text.StringBuilder","Capacity":16}""");
        var refusing = new RefusingSerializer((global::Akka.Actor.ExtendedActorSystem)Sys);

        Assert.Throws<SerializationException>(
            () => Sys.Serialization.Deserialize(bytes, refusing.Identifier, typeof(Foreign).AssemblyQualifiedName));
    }

    [Fact]
    public void Message_that_is_bound_travels()
    {
        LeasePeerMessage message = new LeaderIsElsewhere(7);
        var serializer = (global::Akka.Serialization.SerializerWithStringManifest)Sys.Serialization.FindSerializerFor(message);

        Assert.Equal(message, serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message)));
    }

    private sealed record Foreign(string Text);
}
