using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Gives access to the persistence of a system.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public static Config DefaultConfig() =>
        ConfigurationFactory.FromResource<Persistence>("Akka.Persistence.persistence.conf");

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
