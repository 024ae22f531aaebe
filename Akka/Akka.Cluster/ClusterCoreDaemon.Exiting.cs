namespace Akka.Cluster;

/// <summary>How this node's membership ends, and that of others that leave in order.</summary>
internal sealed partial class ClusterCoreDaemon
{
    private const int PeersToldAtTheEnd = 5;

    private void BeginExiting()
    {
        _cluster.OnExiting();
        CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
    }

    // The newest state goes ahead of the confirmation on the same connection, so the receiver knows of the exiting.
    private void ConfirmExiting()
    {
        foreach (var peer in FirstPeers())
        {
            GossipTo(peer);
            Tell(peer, new ExitingConfirmed(_self));
        }

        _cluster.OnExitConfirmed();
    }

    private void ReceiveExitingConfirmed(UniqueAddress node)
    {
        if (_gossip.StatusOf(node) == MemberStatus.Exiting)
        {
            _exitingConfirmed = _exitingConfirmed.Add(node);
            LeaderActions();
        }
    }

    // The others must hear of it even if nobody but this node knew.
    private void EndDowned()
    {
        _log.Warning("Cluster Node [{0}] - Node has been marked as DOWN. Shutting down myself", _self.Address);
        foreach (var peer in FirstPeers())
        {
            GossipTo(peer);
        }

        _cluster.Shutdown();
    }

    // The one who leads without this node is always among the first.
    private IEnumerable<UniqueAddress> FirstPeers() => Peers()
        .Where(node => _gossip.StatusOf(node) is MemberStatus.Up or MemberStatus.Leaving)
        .Order()
        .Take(PeersToldAtTheEnd);
}
