using Akka.Actor;

namespace Akka.Remote.TestKit;

public class TestConductorExtension : ExtensionIdProvider<TestConductor>
{
    public override TestConductor CreateExtension(ExtendedActorSystem system) => new(system);
}
