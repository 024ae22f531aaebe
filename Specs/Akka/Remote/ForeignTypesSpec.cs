using Akka.Actor;
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
