namespace Akka.Persistence;

/// <summary>A message of the journal protocol.</summary>
public interface IJournalMessage : IPersistenceMessage
{
}
