namespace Akka.Persistence;

/// <summary>Who a persistent actor is and which plugins it uses.</summary>
public interface IPersistentIdentity
{
    string PersistenceId { get; }

    string? JournalPluginId { get; }

    string? SnapshotPluginId { get; }
}
