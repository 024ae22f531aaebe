namespace ActorEtcd.Members;

/// <summary>
/// The strict reconfiguration check (etcd: <c>mayAddMember</c>, <c>mayRemoveMember</c> and <c>mayPromoteMember</c> in
/// <c>etcdserver/server.go</c>): refuses changes after which the members that run would be no majority. A member counts
/// as started once it has told its name.
/// </summary>
/// <param name="table">The members as they are.</param>
/// <param name="self">The member that was asked.</param>
/// <param name="activeFor">How long a member has answered without a break, as this member sees it; null when it does not.</param>
/// <param name="healthyFor">The same, and null when the Akka cluster says that another member cannot reach it.</param>
public sealed class ReconfigurationCheck(
    MemberTable table, MemberId self, Func<MemberId, TimeSpan?> activeFor, Func<MemberId, TimeSpan?> healthyFor)
{
    /// <summary>How long a member must have been connected to count as healthy.</summary>
    public static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(5);

    public EtcdError Check(MemberChange change) => change switch
    {
        MemberChange.Add add => CheckAdd(add.Member.IsLearner),
        MemberChange.Remove => CheckRemove(change.Id),
        MemberChange.Promote => CheckPromote(change.Id),
        _ => EtcdError.None,
    };

    private EtcdError CheckAdd(bool isLearner)
    {
        var voters = table.Voters.ToArray();
        var started = voters.Count(IsStarted);

        // The second member of a cluster is let in although it cannot have started yet: that is how a cluster of one grows.
        var isSecond = voters.Length == 1 && started == 1;
        if (!isLearner && !isSecond && started < Majority(voters.Length + 1))
        {
            return EtcdError.MemberNotEnoughStarted;
        }

        return voters.All(voter => IsHealthy(voter.Id)) ? EtcdError.None : EtcdError.Unhealthy;
    }

    private EtcdError CheckRemove(MemberId id)
    {
        if (table.Find(id) is { IsLearner: true })
        {
            return EtcdError.None;
        }

        var voters = table.Voters.ToArray();
        var left = voters.Where(voter => voter.Id != id).ToArray();
        if (left.Count(IsStarted) < Majority(left.Length))
        {
            return EtcdError.MemberNotEnoughStarted;
        }

        // One that is down is no part of the majority at work, so that nothing is lost with it.
        if (id != self && activeFor(id) is null)
        {
            return EtcdError.None;
        }

        // What others say of the one that is to go must not help it to go, nor keep it.
        var healthy = left.Count(voter => IsHealthy(voter.Id)) + (id == self || activeFor(id) > HealthInterval ? 1 : 0);
        return healthy - 1 < 1 + ((voters.Length - 1) / 2) ? EtcdError.Unhealthy : EtcdError.None;
    }

    private EtcdError CheckPromote(MemberId id)
    {
        if (table.Find(id) is not { IsLearner: true })
        {
            // The log has the last word about a member that is unknown here, or a voter already.
            return EtcdError.None;
        }

        var voters = table.Voters.ToArray();
        return voters.Count(IsStarted) + 1 < Majority(voters.Length + 1)
            ? EtcdError.MemberNotEnoughStarted
            : EtcdError.None;
    }

    private static bool IsStarted(Member member) => member.Name.Length > 0;

    private static int Majority(int voters) => Raft.Quorum.Majority(voters);

    private bool IsHealthy(MemberId id) => id == self || healthyFor(id) > HealthInterval;
}
