using ActorEtcd.Client;
using Akka.Actor;

namespace ActorEtcd.Lease;

/// <summary>The answer to a peer. When it fails nothing is told, and the peer asks again.</summary>
internal sealed class PeerReply(IActorRef peer, IActorRef self, long correlation) : Pending<LeaseTtl>
{
    public override bool TryComplete(LeaseTtl result)
    {
        var isFirst = base.TryComplete(result);
        if (isFirst)
        {
            peer.Tell(new LeaderAnswered(correlation, result), self);
        }

        return isFirst;
    }

    public void Deny() => peer.Tell(new LeaderIsElsewhere(correlation), self);
}
