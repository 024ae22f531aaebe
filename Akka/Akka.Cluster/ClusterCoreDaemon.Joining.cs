namespace Akka.Cluster;

/// <summary>How this node becomes a member, and how it lets others in.</summary>
internal sealed partial class ClusterCoreDaemon
{
    private ImmutableList<Address> _seedNodes = [];
    private IActorRef _seedNodeProcess = ActorRefs.Nobody;
    private Address _joiningAt;

    private void ReceiveJoinSeedNodes(JoinSeedNodes join)
    {
        var nodes = join.SeedNodes.Distinct().ToImmutableList();
        if (nodes.IsEmpty)
        {
            LogInfo("Cluster Node [{0}] - No seed nodes given, a manual join is required", _self.Address);
            return;
        }

        _seedNodes = nodes;
        if (_settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } patience && !Timers.IsTimerActive(JoinDeadline.Instance))
        {
            Timers.StartSingleTimer(JoinDeadline.Instance, JoinDeadline.Instance, patience);
        }

        StopSeeking();
        if (nodes.Count == 1 && nodes[0] == _self.Address)
        {
            ReceiveJoinTo(new JoinTo(_self.Address));
            return;
        }

        _seedNodeProcess = Context.ActorOf(
            Props.Create(() => new SeedNodeProcess(_cluster, nodes)).WithDispatcher(_settings.UseDispatcher));
    }

    private void ReceiveJoinTo(JoinTo join)
    {
        var address = join.Address;
        if (address.Protocol != _self.Address.Protocol || address.System != _self.Address.System)
        {
            _log.Warning(
                "Cluster Node [{0}] - Trying to join a node of another protocol or system, but was ignored: [{1}]",
                _self.Address,
                address);
            return;
        }

        if (Sender.Equals(_seedNodeProcess))
        {
            _seedNodeProcess = ActorRefs.Nobody;
        }
        else
        {
            StopSeeking();
        }

        if (address == _self.Address)
        {
            FormCluster();
            return;
        }

        _joiningAt = address;
        Context.ActorSelection(ClusterPaths.Core(address)).Tell(new Join(_self, _settings.Roles, _settings.AppVersion));
        if (_settings.RetryUnsuccessfulJoinAfter is { } retry)
        {
            Timers.StartSingleTimer(JoinTimeout.Instance, JoinTimeout.Instance, retry);
        }
    }

    private void Rejoin()
    {
        if (!_seedNodes.IsEmpty)
        {
            ReceiveJoinSeedNodes(new JoinSeedNodes(_seedNodes));
        }
        else if (_joiningAt is { } address)
        {
            ReceiveJoinTo(new JoinTo(address));
        }
    }

    private void GiveUpJoining()
    {
        _log.Warning(
            "Cluster Node [{0}] - Joining of seed nodes [{1}] was unsuccessful after [{2}]. Running coordinated shutdown.",
            _self.Address,
            string.Join(", ", _seedNodes),
            _settings.ShutdownAfterUnsuccessfulJoinSeedNodes);
        StopSeeking();
        Timers.CancelAll();
        CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
    }

    private void FormCluster()
    {
        BecomeMember();
        _gossip = _gossip.With(Member.Joining(_self, _settings.Roles, _settings.AppVersion)).Changed(_self);
        LogInfo("Cluster Node [{0}] - Node is JOINING itself and forming a new cluster", _self.Address);
        LeaderActions();

        // Nobody hears of the joining unless it lasts.
        _publisher.Publish(_gossip);
    }

    private void ReceiveWelcome(Welcome welcome)
    {
        if (_joiningAt != welcome.From.Address || !welcome.Gossip.HasMember(_self))
        {
            return;
        }

        BecomeMember();
        Use(welcome.Gossip.Seen(_self));
        LogInfo("Cluster Node [{0}] - Welcome from [{1}]", _self.Address, welcome.From.Address);
        GossipTo(welcome.From);
    }

    private void BecomeMember()
    {
        StopSeeking();
        Timers.Cancel(JoinTimeout.Instance);
        Timers.Cancel(JoinDeadline.Instance);
        _joiningAt = null;
        var delay = _settings.PeriodicTasksInitialDelay;
        Timers.StartPeriodicTimer(GossipTick.Instance, GossipTick.Instance, delay, _settings.GossipInterval);
        Timers.StartPeriodicTimer(
            LeaderActionsTick.Instance, LeaderActionsTick.Instance, delay, _settings.LeaderActionsInterval);
        Timers.StartPeriodicTimer(
            ReapUnreachableTick.Instance, ReapUnreachableTick.Instance, delay, _settings.UnreachableNodesReaperInterval);
        if (_cluster.DowningProvider.DowningActorProps is { } downing)
        {
            Context.ActorOf(downing, "downingProvider");
        }
    }

    private void StopSeeking()
    {
        Context.Stop(_seedNodeProcess);
        _seedNodeProcess = ActorRefs.Nobody;
    }

    private void ReceiveInitJoin()
    {
        if (Gossip.IsLeaving(_gossip.StatusOf(_self)))
        {
            Sender.Tell(new InitJoinNack(_self.Address));
        }
        else
        {
            Sender.Tell(new InitJoinAck(_self.Address));
        }
    }

    private void ReceiveJoin(Join join)
    {
        var node = join.Node;
        if (node.Address.Protocol != _self.Address.Protocol || node.Address.System != _self.Address.System)
        {
            _log.Warning("Member with wrong protocol or system tried to join, but was ignored: [{0}]", node.Address);
            return;
        }

        if (Gossip.IsLeaving(_gossip.StatusOf(_self)) || _gossip.Tombstones.ContainsKey(node))
        {
            LogInfo("Cluster Node [{0}] - Ignoring join request from [{1}]", _self.Address, node);
            return;
        }

        var known = _gossip.MemberAt(node.Address);
        if (known is null)
        {
            Admit(join);
        }
        else if (known.UniqueAddress == node)
        {
            Sender.Tell(new Welcome(_self, _gossip));
        }
        else
        {
            Replace(known);
        }
    }

    private void Admit(Join join)
    {
        _cluster.FailureDetector.Remove(join.Node.Address);
        Change(_gossip.With(Member.Joining(join.Node, join.Roles, join.AppVersion)));
        LogInfo(
            "Cluster Node [{0}] - Node [{1}] is JOINING, roles [{2}]",
            _self.Address,
            join.Node.Address,
            string.Join(",", join.Roles));
        Sender.Tell(new Welcome(_self, _gossip));
    }

    // Two incarnations cannot share an address: the old one is gone, whatever anybody sees. The new one asks again.
    private void Replace(Member old)
    {
        if (old.UniqueAddress == _self)
        {
            return;
        }

        LogInfo(
            "Cluster Node [{0}] - New incarnation of existing member [{1}] is trying to join. Existing will be removed first.",
            _self.Address,
            old);
        var next = _gossip with { Reachability = _gossip.Reachability.Terminated(_self, old.UniqueAddress) };
        next = Gossip.IsLeaving(old.Status) ? next : next.With(old.Copy(MemberStatus.Down));
        if (!ReferenceEquals(next.Reachability, _gossip.Reachability) || !ReferenceEquals(next.Members, _gossip.Members))
        {
            Change(next);
        }
    }

    private sealed record JoinDeadline
    {
        public static readonly JoinDeadline Instance = new();
    }
}
