using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>Where the serializer of Raft messages, which Akka makes by name, finds who counts them.</summary>
public sealed class PeerTraffic : IExtension
{
    public IPeerTrafficObserver? Observer { get; set; }

    /// <summary>The cluster of this member, which stands in each message; 0 while it is not known.</summary>
    public ulong ClusterId { get; set; }

    public static PeerTraffic Get(ActorSystem system) => PeerTrafficProvider.Instance.Apply(system);

    internal void Sent(object message, int bytes)
    {
        if (Observer is { } observer && message is PeerMessage peerMessage)
        {
            observer.Sent(peerMessage.To, bytes);
        }
    }

    internal void Received(object message, int bytes)
    {
        if (Observer is { } observer && message is PeerMessage peerMessage)
        {
            observer.Received(peerMessage.From, bytes);
        }
    }
}
