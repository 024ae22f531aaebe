using Akka.Persistence;

namespace ActorEtcd.Persistence.Snapshots;

/// <summary>
/// Published on the event stream when a snapshot was found unreadable and an older one, or none, is offered instead.
/// Recovery then needs every event after the older one; if the log has deleted some of them, replay fails with
/// <see cref="Journal.WalEventsDeletedException"/>.
/// </summary>
public sealed record SnapshotRejected(SnapshotMetadata Metadata, string File, string Reason);
