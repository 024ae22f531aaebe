namespace ActorEtcd.Specs.MultiNode;

/// <summary>Five members, so that both sides of a partition can have several.</summary>
public sealed class FiveNodesConfig() : EtcdNodesConfig(nodes: 5, members: 5);
