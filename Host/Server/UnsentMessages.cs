using ActorEtcd.Client;
using ActorEtcd.Raft;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Host.Server;

/// <summary>Counts messages of Raft to other members that Akka.Remote gave up: it makes dead letters of them.</summary>
internal sealed class UnsentMessages(ExtendedActorSystem system, EtcdNode node, PeerMetrics peers) : MinimalActorRef
{
    private static readonly ActorPath Name = new RootActorPath(Address.AllSystems) / "unsent-messages";

    public override ActorPath Path => Name;

    public override IActorRefProvider Provider => system.Provider;

    public static void CountIn(ActorSystem system, EtcdNode node, PeerMetrics peers)
        => system.EventStream.Subscribe(new UnsentMessages((ExtendedActorSystem)system, node, peers), typeof(DeadLetter));

    protected override void TellInternal(object message, IActorRef sender)
    {
        // Not every Akka.Remote says in the dead letter for which address it was: the message itself does.
        if (message is DeadLetter { Message: PeerMessage { To: var to } } && to != node.Settings.Raft.Id && node.Members.Members.ContainsKey(to))
        {
            peers.SendFailed(to);
        }
    }
}
