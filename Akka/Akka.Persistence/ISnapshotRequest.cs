namespace Akka.Persistence;

/// <summary>A message to a snapshot store.</summary>
public interface ISnapshotRequest : ISnapshotMessage
{
}
