namespace ActorEtcd.Messages;

/// <summary>
/// Ends a lease and deletes its keys (etcd: <c>LeaseRevokeRequest</c>). A revoke that an expiry proposes carries the
/// proposing leader's term in <paramref name="FenceTerm"/> and does nothing when it is applied in an entry of another
/// term, so that a deposed leader expires no lease; 0 means asked for by a client.
/// </summary>
public sealed record LeaseRevokeRequest(LeaseId Id, long FenceTerm = 0) : RaftCommand;
