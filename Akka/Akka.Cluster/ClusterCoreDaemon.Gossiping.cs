namespace Akka.Cluster;

/// <summary>How states spread and merge, and who counts as unreachable.</summary>
internal sealed partial class ClusterCoreDaemon
{
    private void SpreadGossip()
    {
        GossipOnce();
        // A change that less than half of the members know spreads faster.
        if (_gossip.SeenBy.Count < _gossip.Members.Count / 2)
        {
            Timers.StartSingleTimer("speed-up-1", GossipSpeedupTick.Instance, _settings.GossipInterval / 3);
            Timers.StartSingleTimer("speed-up-2", GossipSpeedupTick.Instance, _settings.GossipInterval * 2 / 3);
        }
    }

    private void GossipOnce()
    {
        var peers = Peers().ToList();
        if (peers.Count == 0)
        {
            return;
        }

        var behind = peers.FindAll(node => !_gossip.SeenBy.Contains(node));
        var chosen = behind.Count > 0 && Random.Shared.NextDouble() < DifferentViewProbability(peers.Count) ? behind : peers;
        var peer = chosen[Random.Shared.Next(chosen.Count)];
        if (_gossip.SeenBy.Contains(peer))
        {
            Tell(peer, new GossipStatus(_self, _gossip.Version));
        }
        else
        {
            GossipTo(peer);
        }
    }

    private IEnumerable<UniqueAddress> Peers() => _gossip.Members.Keys.Where(node =>
        node != _self && _gossip.Reachability.IsReachable(_self, node) && !_exitingConfirmed.Contains(node));

    private double DifferentViewProbability(int peers) => peers > _settings.ReduceGossipDifferentViewProbability
        ? _settings.GossipDifferentViewProbability / 2
        : _settings.GossipDifferentViewProbability;

    private void GossipTo(UniqueAddress node) => Tell(node, new GossipEnvelope(_self, node, _gossip));

    private bool IsHeard(UniqueAddress from) => _gossip.HasMember(from) && _gossip.Reachability.IsReachable(_self, from);

    private void ReceiveGossip(GossipEnvelope envelope)
    {
        var remote = envelope.Gossip;
        if (envelope.To != _self || !remote.HasMember(_self) || !IsHeard(envelope.From))
        {
            return;
        }

        var ordering = remote.CompareTo(_gossip);
        if (_settings.VerboseGossipReceivedLogging)
        {
            _log.Debug("Cluster Node [{0}] - Gossip from [{1}] is {2}: {3}", _self.Address, envelope.From, ordering, remote);
        }

        var merged = ordering switch
        {
            VectorClock.Ordering.Same => _gossip.MergeSeen(remote),
            VectorClock.Ordering.Before => _gossip,
            VectorClock.Ordering.After => remote,
            _ => _gossip.Merge(remote),
        };
        var lacksSomething = ordering is VectorClock.Ordering.Before or VectorClock.Ordering.Concurrent
            || !remote.SeenBy.Contains(_self);
        Use(merged.Seen(_self));
        if (lacksSomething)
        {
            GossipTo(envelope.From);
        }
    }

    private void ReceiveGossipStatus(GossipStatus status)
    {
        if (!IsHeard(status.From))
        {
            return;
        }

        switch (status.Version.CompareTo(_gossip.Version))
        {
            case VectorClock.Ordering.Same:
                break;
            case VectorClock.Ordering.After:
                Tell(status.From, new GossipStatus(_self, _gossip.Version));
                break;
            default:
                GossipTo(status.From);
                break;
        }
    }

    private void ReapUnreachable()
    {
        var reachability = _gossip.Reachability;
        foreach (var (node, member) in _gossip.Members)
        {
            if (node == _self)
            {
                continue;
            }

            // Available is also who is not watched from here; only who was found unreachable from here comes back here.
            var isAvailable = _cluster.FailureDetector.IsAvailable(node.Address);
            if (!isAvailable && reachability.IsReachable(_self, node))
            {
                reachability = reachability.Unreachable(_self, node);
                _log.Warning("Cluster Node [{0}] - Marking node as UNREACHABLE [{1}].", _self.Address, member);
            }
            else if (isAvailable && reachability.Status(_self, node) == ReachabilityStatus.Unreachable)
            {
                reachability = reachability.Reachable(_self, node);
                LogInfo("Cluster Node [{0}] - Marking node as REACHABLE [{1}].", _self.Address, member);
            }
        }

        if (!ReferenceEquals(reachability, _gossip.Reachability))
        {
            Change(_gossip with { Reachability = reachability });
        }
    }

    private sealed record GossipSpeedupTick : IDeadLetterSuppression
    {
        public static readonly GossipSpeedupTick Instance = new();
    }
}
