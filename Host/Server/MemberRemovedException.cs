namespace ActorEtcd.Host.Server;

/// <summary>This member was removed from its cluster and cannot start with its old data.</summary>
public sealed class MemberRemovedException() : Exception("the member has been permanently removed from the cluster");
