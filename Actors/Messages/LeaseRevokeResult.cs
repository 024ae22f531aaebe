namespace ActorEtcd.Messages;

/// <summary>etcd: <c>LeaseRevokeResponse</c>.</summary>
public sealed record LeaseRevokeResult(long Revision) : OpResult(Revision);
