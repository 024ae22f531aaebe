namespace Akka.Cluster;

/// <summary>The events that lead from one state to the next; pure.</summary>
internal static class ClusterEventDiff
{
    public static IEnumerable<ClusterEvent.IClusterDomainEvent> Between(Gossip before, Gossip after, UniqueAddress self)
    {
        if (ReferenceEquals(before, after))
        {
            return [];
        }

        return Members(before, after)
            .Concat(Unreachable(before, after, self))
            .Concat(Reachable(before, after, self))
            .Concat(Leaders(before, after, self));
    }

    public static ClusterEvent.CurrentClusterState StateOf(Gossip gossip, UniqueAddress self) => new(
        [.. gossip.Members.Values],
        [.. UnreachableOf(gossip, self).Select(node => gossip.Members[node])],
        [.. gossip.SeenBy.Select(node => node.Address)],
        gossip.Leader(self)?.Address,
        RolesOf(gossip).ToImmutableDictionary(role => role, role => gossip.RoleLeader(role, self)?.Address));

    private static IEnumerable<ClusterEvent.IClusterDomainEvent> Members(Gossip before, Gossip after)
    {
        foreach (var (node, member) in after.Members)
        {
            var known = before.Members.GetValueOrDefault(node);
            if (known is null || known.Status != member.Status || known.UpNumber != member.UpNumber)
            {
                yield return EventOf(member);
            }
        }

        foreach (var (node, member) in before.Members)
        {
            if (!after.HasMember(node))
            {
                yield return new ClusterEvent.MemberRemoved(member.Copy(MemberStatus.Removed), member.Status);
            }
        }
    }

    private static ClusterEvent.MemberStatusChange EventOf(Member member) => member.Status switch
    {
        MemberStatus.Joining => new ClusterEvent.MemberJoined(member),
        MemberStatus.WeaklyUp => new ClusterEvent.MemberWeaklyUp(member),
        MemberStatus.Up => new ClusterEvent.MemberUp(member),
        MemberStatus.Leaving => new ClusterEvent.MemberLeft(member),
        MemberStatus.Exiting => new ClusterEvent.MemberExited(member),
        MemberStatus.Down => new ClusterEvent.MemberDowned(member),
        _ => throw new InvalidOperationException($"A member of the gossip cannot be {member.Status}"),
    };

    private static IEnumerable<UniqueAddress> UnreachableOf(Gossip gossip, UniqueAddress self) =>
        gossip.TrustedReachability.AllUnreachable.Where(node => node != self && gossip.HasMember(node));

    private static IEnumerable<ClusterEvent.IClusterDomainEvent> Unreachable(Gossip before, Gossip after, UniqueAddress self)
    {
        var known = UnreachableOf(before, self).ToHashSet();
        return UnreachableOf(after, self).Where(node => !known.Contains(node)).Order()
            .Select(node => new ClusterEvent.UnreachableMember(after.Members[node]));
    }

    private static IEnumerable<ClusterEvent.IClusterDomainEvent> Reachable(Gossip before, Gossip after, UniqueAddress self)
    {
        var still = UnreachableOf(after, self).ToHashSet();
        return UnreachableOf(before, self).Where(node => !still.Contains(node) && after.HasMember(node)).Order()
            .Select(node => new ClusterEvent.ReachableMember(after.Members[node]));
    }

    private static IEnumerable<ClusterEvent.IClusterDomainEvent> Leaders(Gossip before, Gossip after, UniqueAddress self)
    {
        var leader = after.Leader(self);
        if (leader != before.Leader(self))
        {
            yield return new ClusterEvent.LeaderChanged(leader?.Address);
        }

        foreach (var role in RolesOf(before).Union(RolesOf(after)))
        {
            var roleLeader = after.RoleLeader(role, self);
            if (roleLeader != before.RoleLeader(role, self))
            {
                yield return new ClusterEvent.RoleLeaderChanged(role, roleLeader?.Address);
            }
        }
    }

    private static ImmutableSortedSet<string> RolesOf(Gossip gossip) =>
        [.. gossip.Members.Values.SelectMany(m => m.Roles)];
}
