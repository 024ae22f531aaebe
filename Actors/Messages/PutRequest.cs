namespace ActorEtcd.Messages;

/// <summary>Writes one key (etcd: <c>PutRequest</c>).</summary>
public sealed record PutRequest(
    Bytes Key,
    Bytes Value,
    LeaseId Lease = default,
    bool PrevKv = false,
    bool IgnoreValue = false,
    bool IgnoreLease = false) : RequestOp;
