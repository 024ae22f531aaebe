using System.Collections.Immutable;
using ActorEtcd.V2;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>Everything that a stopped member of an etcd cluster has on disk, ready to be taken over.</summary>
public sealed record EtcdMemberState : IDisposable
{
    /// <summary>The database, locked as long as this object lives, so that no etcd can start on it.</summary>
    public required EtcdDatabase Database { get; init; }

    public required ulong ClusterId { get; init; }

    public required MemberId Self { get; init; }

    /// <summary>Term and vote of the member.</summary>
    public required EtcdHardState HardState { get; init; }

    /// <summary>The index that the database stands at, and its term.</summary>
    public required long BaseIndex { get; init; }

    public required long BaseTerm { get; init; }

    /// <summary>What is committed and not yet in the database, from the entry after the base on.</summary>
    public required ImmutableArray<EtcdEntry> Committed { get; init; }

    /// <summary>What follows and is not known to be committed.</summary>
    public required ImmutableArray<EtcdEntry> Uncommitted { get; init; }

    /// <summary>Who is a member after the committed entries.</summary>
    public required EtcdMembership Membership { get; init; }

    /// <summary>The v2 store after the committed entries.</summary>
    public required V2State V2 { get; init; }

    /// <summary>What the operator should know.</summary>
    public required ImmutableArray<string> Notices { get; init; }

    /// <summary>This member's own name; empty when it never told it.</summary>
    public string Name => Membership.Members.TryGetValue(Self, out var member) ? member.Name : string.Empty;

    public void Dispose() => Database.Dispose();
}
