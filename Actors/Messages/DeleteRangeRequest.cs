namespace ActorEtcd.Messages;

/// <summary>Deletes keys (etcd: <c>DeleteRangeRequest</c>).</summary>
public sealed record DeleteRangeRequest(Bytes Key, Bytes RangeEnd = default, bool PrevKv = false) : RequestOp;
