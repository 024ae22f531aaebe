using System.Collections.Immutable;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Discovery;

/// <summary>The cluster of the token is complete without this member.</summary>
public sealed class ClusterFullException(ImmutableArray<InitialMember> members) : ConfigException("discovery: cluster is full")
{
    /// <summary>Those that make it.</summary>
    public ImmutableArray<InitialMember> Members { get; } = members;
}
