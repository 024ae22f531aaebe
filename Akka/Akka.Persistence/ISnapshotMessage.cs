namespace Akka.Persistence;

/// <summary>A message of the snapshot protocol.</summary>
public interface ISnapshotMessage : IPersistenceMessage
{
}
