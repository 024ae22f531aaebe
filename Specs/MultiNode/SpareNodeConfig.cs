namespace ActorEtcd.Specs.MultiNode;

/// <summary>Three members and a node that is to become one.</summary>
public sealed class SpareNodeConfig() : EtcdNodesConfig(nodes: 4, members: 3);
