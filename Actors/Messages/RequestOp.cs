namespace ActorEtcd.Messages;

/// <summary>An operation on the key space: what a transaction is made of (etcd: <c>RequestOp</c>).</summary>
public abstract record RequestOp : RaftCommand;
