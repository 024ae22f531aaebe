using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Apply;

/// <summary>
/// Where any thread finds the applied members, alarms, users and index, without a lock. Written by the apply actor alone,
/// each field on its own: the index never runs ahead of the store's view, and the view never of users and roles.
/// </summary>
public sealed class ReplicatedSource(
    MemberTable members,
    ImmutableSortedSet<AlarmMember> alarms,
    long appliedIndex,
    AuthState? auth = null,
    V2Source? v2 = null)
{
    private volatile MemberTable _members = members;
    private volatile ImmutableSortedSet<AlarmMember> _alarms = alarms;
    private volatile AuthState _auth = auth ?? AuthState.Initial;
    private volatile ClusterVersions _versions = ClusterVersions.Unknown;
    private long _appliedIndex = appliedIndex;

    public ApplyCounters Counters { get; } = new();

    /// <summary>What the newest entries have written, to be compared with other members.</summary>
    public AppliedSums Sums { get; } = new();

    /// <summary>The v2 store; it too is never behind the index.</summary>
    public V2Source V2 { get; } = v2 ?? new V2Source(V2State.Initial, new V2Counters([]));

    public MemberTable Members
    {
        get => _members;
        internal set => _members = value;
    }

    public ImmutableSortedSet<AlarmMember> Alarms
    {
        get => _alarms;
        internal set => _alarms = value;
    }

    /// <summary>Users and roles. Who reads a view and finds the same object before and after judged by what the view holds.</summary>
    public AuthState Auth
    {
        get => _auth;
        internal set => _auth = value;
    }

    public ClusterVersions Versions
    {
        get => _versions;
        internal set => _versions = value;
    }

    public long AppliedIndex
    {
        get => Volatile.Read(ref _appliedIndex);
        internal set => Volatile.Write(ref _appliedIndex, value);
    }
}
