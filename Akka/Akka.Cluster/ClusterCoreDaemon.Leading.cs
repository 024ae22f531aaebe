namespace Akka.Cluster;

/// <summary>What moves members on: commands, and the leader when all know the same.</summary>
internal sealed partial class ClusterCoreDaemon
{
    // Longer than any node can be away with a state that still holds the removed member.
    private const long TombstoneSeconds = 24 * 60 * 60;

    private ImmutableHashSet<UniqueAddress> _exitingConfirmed = [];
    private int _ticksWithoutConvergence;

    private static long NowSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private void ReceiveLeave(Address address)
    {
        if (_gossip.MemberAt(address) is not { Status: MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up } member)
        {
            return;
        }

        Change(_gossip.With(member.Copy(MemberStatus.Leaving)));
        LogInfo("Cluster Node [{0}] - Marked address [{1}] as [Leaving]", _self.Address, address);
        if (_gossip.IsSingleton)
        {
            LeaderActions();
        }
        else
        {
            GossipOnce();
        }
    }

    private void ReceiveDown(Address address)
    {
        var member = _gossip.MemberAt(address);
        if (member is null)
        {
            LogInfo("Cluster Node [{0}] - Ignoring down of unknown node [{1}]", _self.Address, address);
            return;
        }

        if (member.Status != MemberStatus.Down)
        {
            LogInfo("Cluster Node [{0}] - Marking node [{1}] as [Down]", _self.Address, address);
            Change(_gossip.With(member.Copy(MemberStatus.Down)));
            if (member.UniqueAddress != _self)
            {
                // The sooner it hears of it, the sooner it ends.
                GossipTo(member.UniqueAddress);
            }
        }
    }

    private void LeaderActions()
    {
        _exitingConfirmed = _exitingConfirmed.Intersect(_gossip.Members.Keys);
        if (!_gossip.IsLeader(_self))
        {
            _ticksWithoutConvergence = 0;
            return;
        }

        if (_gossip.IsConverged(_self, _exitingConfirmed))
        {
            _ticksWithoutConvergence = 0;
            MoveOn();
            return;
        }

        _ticksWithoutConvergence++;
        if (_settings.AllowWeaklyUpMembers
            && _settings.LeaderActionsInterval * _ticksWithoutConvergence >= _settings.WeaklyUpAfter)
        {
            AdmitWeakly();
        }
    }

    private void MoveOn()
    {
        var unreachable = _gossip.TrustedReachability.AllUnreachable;
        var removed = _gossip.Members.Values
            .Where(m => Gossip.IsLeaving(m.Status) && unreachable.Contains(m.UniqueAddress)
                || m.Status == MemberStatus.Exiting && _exitingConfirmed.Contains(m.UniqueAddress))
            .Select(m => m.UniqueAddress)
            .ToHashSet();
        var moved = _gossip.Members.Values.Where(m => m.Status == MemberStatus.Leaving)
            .Select(m => m.Copy(MemberStatus.Exiting)).ToList();
        if (HasEnoughMembers())
        {
            var number = _gossip.NextUpNumber();
            moved.AddRange(_gossip.Members.Values
                .Where(m => m.Status is MemberStatus.Joining or MemberStatus.WeaklyUp)
                .Select(m => m.CopyUp(number++)));
        }

        var kept = _gossip.WithoutTombstonesBefore(NowSeconds - TombstoneSeconds);
        if (removed.Count == 0 && moved.Count == 0)
        {
            return;
        }

        foreach (var member in moved)
        {
            LogInfo("Cluster Node [{0}] - Leader is moving node [{1}] to [{2}]", _self.Address, member.Address, member.Status);
        }

        foreach (var node in removed)
        {
            LogInfo("Cluster Node [{0}] - Leader is removing node [{1}]", _self.Address, node.Address);
        }

        Change(kept.Removed(removed, NowSeconds).With(moved));
    }

    private bool HasEnoughMembers() =>
        _gossip.Members.Count >= _settings.MinNrOfMembers
        && _settings.MinNrOfMembersOfRole.All(role =>
            _gossip.Members.Values.Count(m => m.HasRole(role.Key)) >= role.Value);

    private void AdmitWeakly()
    {
        var reachability = _gossip.TrustedReachability;
        var admitted = HasEnoughMembers()
            ? _gossip.Members.Values
                .Where(m => m.Status == MemberStatus.Joining && reachability.IsReachable(m.UniqueAddress))
                .Select(m => m.Copy(MemberStatus.WeaklyUp))
                .ToList()
            : [];
        if (admitted.Count > 0)
        {
            LogInfo("Cluster Node [{0}] - Leader is moving nodes [{1}] to [WeaklyUp]", _self.Address, string.Join(", ", admitted));
            Change(_gossip.With(admitted));
        }
    }
}
