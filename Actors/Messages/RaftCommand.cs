namespace ActorEtcd.Messages;

/// <summary>A request that goes through the log and changes the replicated state (etcd: <c>InternalRaftRequest</c>).</summary>
public abstract record RaftCommand;
