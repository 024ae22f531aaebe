using ActorEtcd.Members;
using Akka.Actor;

namespace ActorEtcd.Raft;

/// <summary>
/// Finds members by the address that the member list has for them now. The references are made from paths alone, without
/// asking the other side, so they hold across its restarts and messages travel without the wrapping of an actor
/// selection. A member that neither the list nor the seeds hold is found where it was heard from. Single owner: one actor.
/// </summary>
/// <param name="system">Makes the references.</param>
/// <param name="members">The member list as applied here.</param>
/// <param name="seeds">Where members are found that the list does not hold yet.</param>
public sealed class RemotePeerDirectory(ActorSystem system, Func<MemberTable> members, PeerAddresses seeds) : IPeerDirectory
{
    private readonly IActorRefProvider _provider = ((ExtendedActorSystem)system).Provider;
    private readonly Dictionary<(MemberId Member, string Child), IActorRef?> _resolved = [];
    private MemberTable? _members;
    private PeerAddresses _addresses = PeerAddresses.None;
    private PeerAddresses _seeds = seeds;

    public IActorRef? RaftOf(MemberId member) => Find(member, "raft");

    public IActorRef? SegmentsOf(MemberId member) => Find(member, "segments");

    /// <summary>The actor of that name below the root actor of the member; null when its address is not known.</summary>
    public IActorRef? Find(MemberId member, string child)
    {
        Follow();
        if (!_resolved.TryGetValue((member, child), out var reference))
        {
            reference = _addresses.PathOf(member, child) is { } path ? _provider.ResolveActorRef(path) : null;
            _resolved.Add((member, child), reference);
        }

        return reference;
    }

    /// <summary>The member that is called at the address; null for none.</summary>
    public MemberId? At(Address address)
    {
        Follow();
        return _addresses.Addresses.Where(known => known.Value.Equals(address)).Select(static known => (MemberId?)known.Key).FirstOrDefault();
    }

    public bool IsRemoved(MemberId member)
    {
        Follow();
        return _members!.IsRemoved(member);
    }

    public void Heard(MemberId member, IActorRef raft)
    {
        Follow();
        if (_addresses.Addresses.ContainsKey(member) || !raft.Path.Address.HasGlobalScope)
        {
            return;
        }

        _seeds = new PeerAddresses(_seeds.Addresses.SetItem(member, raft.Path.Address));
        _members = null;
    }

    private void Follow()
    {
        var current = members();
        if (!ReferenceEquals(current, _members))
        {
            _members = current;
            _addresses = _seeds.With(current);
            _resolved.Clear();
        }
    }
}
