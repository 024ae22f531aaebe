namespace ActorEtcd.Messages;

/// <summary>Creates a lease (etcd: <c>LeaseGrantRequest</c>); the time to live is in seconds.</summary>
public sealed record LeaseGrantRequest(LeaseId Id, long TtlSeconds) : RaftCommand;
