using Akka.Actor;
using Akka.Serialization;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>A peer that names a type does not get an instance of it, nor is the type even looked for.</summary>
public class ForeignTypesSpec : RemoteSpecBase
{
    private const string Bindings = """
        akka.actor {
          serializers.by-type = "ActorEtcd.Specs.Akka.Remote.ByTypeSerializer, ActorEtcd.Specs"
          serialization-bindings { "ActorEtcd.Specs.Akka.Remote.WelcomeMessage, ActorEtcd.Specs" = by-type }
        }
        """;

    public ForeignTypesSpec()
        : base(Bindings + """

            akka.actor.serialization-bindings {
              "ActorEtcd.Specs.Akka.Remote.ForeignMessage, ActorEtcd.Specs" = by-type
            }
            """)
    {
    }

    [SubsetFact]
    public void Type_that_is_not_bound_here_is_refused()
    {
        var echo = NewEcho(NewSystem("other", Bindings));

        echo.Tell(new ForeignMessage());
        echo.Tell(new WelcomeMessage());

        ExpectMsg<WelcomeMessage>();
        Assert.False(ByTypeSerializer.SawForeignType);
    }
}

public sealed class WelcomeMessage;

public sealed class ForeignMessage;

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
