using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.Serialization.Hyperion;
using Hyperion;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hyperion;

/// <summary>Hyperion as a serializer of an actor system.</summary>
public sealed class HyperionSerializerSpec
{
    private static readonly Config Bound = ConfigurationFactory.ParseString("""
        akka.actor {
          serializers.hyperion = "Akka.Serialization.HyperionSerializer, Akka.Serialization.Hyperion"
          serialization-bindings { "ActorEtcd.Specs.Akka.Hyperion.HyperionSerializerSpec+Letter, ActorEtcd.Specs" = hyperion }
        }
        """).WithFallback(HyperionSerializer.DefaultConfiguration());

    [Fact]
    public async Task Message_with_a_reference_of_an_actor_comes_back_with_that_actor()
    {
        using var system = ActorSystem.Create("hyperion", Bound);
        IActorRef actor = system.ActorOf(Props.Create(() => new Silent()), "silent");
        var letter = new Letter("hello", actor, [new Letter("inner", actor, [])]);
        global::Akka.Serialization.Serializer serializer = system.Serialization.FindSerializerFor(letter);
        Assert.IsType<HyperionSerializer>(serializer);

        byte[] bytes = serializer.ToBinary(letter);
        var copy = (Letter)system.Serialization.Deserialize(bytes, serializer.Identifier, string.Empty);

        Assert.Equal(("hello", "inner"), (copy.Text, copy.Enclosed[0].Text));
        Assert.Equal(actor, copy.Sender);
        Assert.Equal(actor, copy.Enclosed[0].Sender);
        await system.Terminate();
    }

    [Fact]
    public async Task Closed_list_of_the_configuration_is_kept()
    {
        Config closed = ConfigurationFactory.ParseString("""
            akka.actor.serialization-settings.hyperion.allowed-types = ["ActorEtcd.Specs.Akka.Hyperion.Shapes+Point, ActorEtcd.Specs"]
            """).WithFallback(Bound);
        using var system = ActorSystem.Create("hyperion", closed);
        var open = new HyperionSerializer((ExtendedActorSystem)system);
        byte[] secret = open.ToBinary(new Shapes.Secret());
        byte[] point = open.ToBinary(new Shapes.Point(1, 2));
        global::Akka.Serialization.Serializer serializer = system.Serialization.FindSerializerFor(new Letter("a", ActorRefs.Nobody, []));

        Assert.Equal(new Shapes.Point(1, 2), serializer.FromBinary<Shapes.Point>(point));
        Assert.Throws<SerializationException>(() => { serializer.FromBinary<Shapes.Secret>(secret); });
        await system.Terminate();
    }

    // The genuine serializer reads the type that the filter of the setup leaves out.
    [SubsetFact]
    public async Task Setup_goes_before_the_configuration()
    {
        HyperionSerializerSetup setup = HyperionSerializerSetup.Empty
            .WithPreserveObjectReference(false)
            .WithTypeFilter(TypeFilterBuilder.Create().Include<Shapes.Point>().Build());
        using var system = ActorSystem.Create("hyperion", BootstrapSetup.Create().WithConfig(Bound).And(setup));
        var serializer = (HyperionSerializer)system.Serialization.FindSerializerFor(new Letter("a", ActorRefs.Nobody, []));

        Assert.False(serializer.Settings.PreserveObjectReferences);
        Assert.True(serializer.Settings.VersionTolerance);
        Assert.Throws<SerializationException>(
            () => serializer.FromBinary(new HyperionSerializer((ExtendedActorSystem)system, HyperionSerializerSettings.Default).ToBinary(new Shapes.Secret()), typeof(object)));
        await system.Terminate();
    }

    [Theory]
    [InlineData("allowed-types = [\"No.Such.Type, Nowhere\"]")]
    [InlineData("surrogates = [\"No.Such.Type, Nowhere\"]")]
    public void Unknown_type_in_the_configuration_is_an_error(string text)
        => Assert.Throws<ConfigurationException>(() => HyperionSerializerSettings.Create(ConfigurationFactory.ParseString(text)));

    [Fact]
    public void Broken_bytes_are_a_serialization_error()
    {
        var serializer = new HyperionSerializer(null!);
        Assert.Throws<SerializationException>(() => serializer.FromBinary([99, 1, 2], typeof(object)));
    }

    internal sealed record Letter(string Text, IActorRef Sender, Letter[] Enclosed);

    private sealed class Silent : ReceiveActor;
}
