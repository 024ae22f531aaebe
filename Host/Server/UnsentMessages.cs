using ActorEtcd.Client;
using ActorEtcd.Members;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Host.Server;

/// <summary>Counts messages to other members that Akka.Remote gave up: it makes dead letters of them.</summary>
internal sealed class UnsentMessages(ExtendedActorSystem system, EtcdNode node, PeerMetrics peers) : MinimalActorRef
{
    private static readonly ActorPath Name = new RootActorPath(Address.AllSystems) / "unsent-messages";

    public override ActorPath Path => Name;

    public override IActorRefProvider Provider => system.Provider;

    public static void CountIn(ActorSystem system, EtcdNode node, PeerMetrics peers)
        => system.EventStream.Subscribe(new UnsentMessages((ExtendedActorSystem)system, node, peers), typeof(DeadLetter));

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not DeadLetter { Recipient.Path.Address: { Port: { } port, Host: { } host } })
        {
            return;
        }

        foreach (var member in node.Members.Members.Values)
        {
            if (member.Id != node.Settings.Raft.Id
                && member.PeerUrls.Any(url => PeerAddresses.AddressOf(url) is { } address && address.Port == port && address.Host == host))
            {
                peers.SendFailed(member.Id);
                return;
            }
        }
    }
}
