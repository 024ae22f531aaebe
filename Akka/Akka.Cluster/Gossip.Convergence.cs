namespace Akka.Cluster;

/// <summary>What every node reads from the same state alike: convergence, and who leads.</summary>
internal sealed partial record Gossip
{
    /// <summary>Reachability without what downed nodes say.</summary>
    public Reachability TrustedReachability => Reachability.RemoveObservers(
        Members.Values.Where(m => m.Status == MemberStatus.Down).Select(m => m.UniqueAddress).ToHashSet());

    public static bool IsLeaving(MemberStatus status) => status is MemberStatus.Exiting or MemberStatus.Down;

    /// <summary>
    /// Whether every member that counts has seen this state, and nobody is unreachable but those that are on their way
    /// out anyway. Only then may the leader move members on.
    /// </summary>
    public bool IsConverged(UniqueAddress self, IReadOnlySet<UniqueAddress> exitingConfirmed)
    {
        foreach (var node in TrustedReachability.AllUnreachable)
        {
            if (node != self && !exitingConfirmed.Contains(node) && !IsLeaving(StatusOf(node)))
            {
                return false;
            }
        }

        return Members.Values.All(member =>
            member.Status is not (MemberStatus.Up or MemberStatus.Leaving)
            || SeenBy.Contains(member.UniqueAddress)
            || exitingConfirmed.Contains(member.UniqueAddress));
    }

    /// <summary>
    /// The first reachable member by address that is up or leaving; when there is none, the first one otherwise.
    /// </summary>
    public UniqueAddress Leader(UniqueAddress self) => LeaderOf(Members.Values, self);

    public UniqueAddress RoleLeader(string role, UniqueAddress self) =>
        LeaderOf(Members.Values.Where(m => m.HasRole(role)), self);

    public bool IsLeader(UniqueAddress node) => node == Leader(node);

    /// <summary>The number of the next member that becomes up.</summary>
    public int NextUpNumber() =>
        1 + Members.Values.Select(m => m.UpNumber).Where(number => number != int.MaxValue).DefaultIfEmpty(0).Max();

    private UniqueAddress LeaderOf(IEnumerable<Member> candidates, UniqueAddress self)
    {
        var reachability = TrustedReachability;
        var reachable = candidates.Where(m => m.Status != MemberStatus.Down
            && (m.UniqueAddress == self || reachability.IsReachable(m.UniqueAddress))).ToList();
        var leader = reachable.Find(m => m.Status is MemberStatus.Up or MemberStatus.Leaving)
            ?? reachable.Min(Member.LeaderOrdering);
        return leader?.UniqueAddress;
    }
}
