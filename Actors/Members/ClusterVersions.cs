using System.Collections.Immutable;

namespace ActorEtcd.Members;

/// <summary>
/// Which etcd version each member says it speaks, and what follows for the cluster (etcd: <c>etcdserver/version</c>).
/// Versions have two parts. Part of the replicated state: the same tellings give the same versions on every member.
/// </summary>
/// <param name="Settled">
/// The cluster's version: the target of a downgrade, or else the lowest of all members. null until all have told theirs.
/// </param>
/// <param name="OfMembers">What the members told, those that have left included.</param>
/// <param name="DowngradeTarget">The version that members are being taken back to, or null.</param>
public sealed record ClusterVersions(
    Version? Settled,
    ImmutableSortedDictionary<MemberId, Version> OfMembers,
    Version? DowngradeTarget)
{
    public static readonly ClusterVersions Unknown = new(null, ImmutableSortedDictionary<MemberId, Version>.Empty, null);

    public bool IsDowngrading => DowngradeTarget is not null;

    public static Version MajorMinor(Version version) => new(version.Major, version.Minor);

    /// <summary>
    /// Why a downgrade to the target, or for null the end of the one under way, is refused. The way back leads by one
    /// minor version.
    /// </summary>
    public EtcdError Check(Version? target)
    {
        if (target is null)
        {
            return IsDowngrading ? EtcdError.None : EtcdError.NoInflightDowngrade;
        }

        if (Settled is not { } from)
        {
            return EtcdError.ClusterVersionUnavailable;
        }

        if (target.Major != from.Major || target.Minor != from.Minor - 1)
        {
            return EtcdError.InvalidDowngradeTargetVersion;
        }

        return IsDowngrading ? EtcdError.DowngradeInProcess : EtcdError.None;
    }

    public ClusterVersions Told(MemberId member, Version version)
        => this with { OfMembers = OfMembers.SetItem(member, MajorMinor(version)) };

    /// <summary>
    /// Settles what follows for these members. While one of them has not told its version nothing changes; when all are
    /// at the target of a downgrade, the downgrade is done.
    /// </summary>
    public ClusterVersions SettledFor(MemberTable members)
    {
        Version? lowest = null;
        Version? highest = null;
        foreach (var id in members.Members.Keys)
        {
            if (!OfMembers.TryGetValue(id, out var version))
            {
                return this with { Settled = DowngradeTarget ?? Settled };
            }

            lowest = lowest is null || version < lowest ? version : lowest;
            highest = highest is null || version > highest ? version : highest;
        }

        var isDone = lowest == DowngradeTarget && highest == DowngradeTarget;
        return this with { Settled = DowngradeTarget ?? lowest, DowngradeTarget = isDone ? null : DowngradeTarget };
    }
}
