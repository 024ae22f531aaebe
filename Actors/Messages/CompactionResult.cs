namespace ActorEtcd.Messages;

/// <summary>etcd: <c>CompactionResponse</c>.</summary>
public sealed record CompactionResult(long Revision) : OpResult(Revision);
