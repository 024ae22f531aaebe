using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Apply;

/// <summary>Everything replicated beside the key-value history, as a checkpoint holds it.</summary>
public sealed record ReplicatedState(
    MemberTable Members,
    ImmutableArray<LeaseRecord> Leases,
    ImmutableSortedSet<AlarmMember> Alarms)
{
    /// <summary>Users and roles.</summary>
    public AuthState Auth { get; init; } = AuthState.Initial;

    public ClusterVersions Versions { get; init; } = ClusterVersions.Unknown;

    /// <summary>The keys of the v2 API.</summary>
    public V2State V2 { get; init; } = V2State.Initial;
}
