using ActorEtcd.Members;
using Akka.Actor;

namespace ActorEtcd.Raft;

/// <summary>
/// Finds members by their address. The references are made from paths alone, without asking the other side, so
/// they hold across its restarts and messages travel without the wrapping of an actor selection.
/// </summary>
public sealed class RemotePeerDirectory(ActorSystem system, PeerAddresses addresses) : IPeerDirectory
{
    private readonly IActorRefProvider _provider = ((ExtendedActorSystem)system).Provider;
    private readonly Dictionary<string, IActorRef> _resolved = [];

    public IActorRef? RaftOf(MemberId member) => Resolve(addresses.PathOf(member, "raft"));

    public IActorRef? SegmentsOf(MemberId member) => Resolve(addresses.PathOf(member, "segments"));

    private IActorRef? Resolve(string? path)
    {
        if (path is null)
        {
            return null;
        }

        if (!_resolved.TryGetValue(path, out var reference))
        {
            reference = _provider.ResolveActorRef(path);
            _resolved.Add(path, reference);
        }

        return reference;
    }
}
