namespace ActorEtcd.Messages;

/// <summary>etcd: <c>LeaseGrantResponse</c>.</summary>
public sealed record LeaseGrantResult(long Revision, LeaseId Id, long TtlSeconds) : OpResult(Revision);
