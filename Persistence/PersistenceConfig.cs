using Akka.Configuration;

namespace ActorEtcd.Persistence;

/// <summary>The defaults in <c>hocon/persistence.conf</c>.</summary>
public static class PersistenceConfig
{
    public const string JournalPluginId = "akka.persistence.journal.etcd-wal";
    public const string SnapshotPluginId = "akka.persistence.snapshot-store.etcd-snap";

    private const string ResourceName = "ActorEtcd.Persistence.persistence.conf";

    /// <summary>To be used as a fallback of the actor system's configuration.</summary>
    public static Config Default()
    {
        using var stream = typeof(PersistenceConfig).Assembly.GetManifestResourceStream(ResourceName);
        Invariant.Check(stream is not null, $"{ResourceName} is not embedded");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
