using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Members;
using ActorEtcd.Raft;
using Akka.Actor;
using Akka.Cluster;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorEtcd.Peers;

/// <summary>
/// Keeps this member in the Akka cluster of all members and tells who is reachable there.
/// <code>
/// LeadershipChanged   while this member is in no cluster: it joins by way of the leader, and the leader, with a majority
///                     behind it, is the only one who may form a cluster
/// MembersChanged      the same; nodes that are members no more are forgotten once they have been away for a while
/// IMemberEvent        a node came or went
/// ReachabilityEvent   a node is unreachable, or reachable again; Raft hears of an unreachable leader, the members actor
///                     of every member
/// ForgetNode          a node that is no member and did not come back is downed
/// </code>
/// The member list alone says who belongs here: a member that is merely unreachable is never downed. A single member
/// joins nothing.
/// </summary>
public sealed class PeersActor : UntypedActor, IWithTimers
{
    private readonly MemberId _self;
    private readonly Func<MemberTable> _members;
    private readonly PeerAddresses _seeds;
    private readonly IActorRef _raft;
    private readonly IActorRef _membersActor;
    private readonly PeerReachability _reachability;
    private readonly TimeSpan _forgetAfter;
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly Dictionary<Address, Node> _nodes = [];
    private ImmutableHashSet<MemberId> _unreachable = [];
    private MemberId _leader = MemberId.None;
    private bool _hasJoined;

    public PeersActor(
        MemberId self,
        Func<MemberTable> members,
        PeerAddresses seeds,
        IActorRef raft,
        IActorRef membersActor,
        PeerReachability reachability,
        TimeSpan forgetAfter)
    {
        _self = self;
        _members = members;
        _seeds = seeds;
        _raft = raft;
        _membersActor = membersActor;
        _reachability = reachability;
        _forgetAfter = forgetAfter;
    }

    public static string Name => "peers";

    public ITimerScheduler Timers { get; set; } = null!;

    private ImmutableDictionary<MemberId, Address> Addresses
    {
        get
        {
            var members = _members();
            return _seeds.With(members).Addresses.RemoveRange(members.Removed);
        }
    }

    public static Props Props(
        MemberId self,
        Func<MemberTable> members,
        PeerAddresses seeds,
        IActorRef raft,
        IActorRef membersActor,
        PeerReachability reachability,
        TimeSpan forgetAfter)
        => Akka.Actor.Props.Create(() => new PeersActor(self, members, seeds, raft, membersActor, reachability, forgetAfter));

    /// <summary>Whether the system has a cluster at all; one that embeds a member may have only remoting.</summary>
    public static bool IsPossibleIn(ActorSystem system) => system.Settings.HasCluster;

    protected override void PreStart() => _cluster.Subscribe(
        Self,
        ClusterEvent.InitialStateAsEvents,
        typeof(ClusterEvent.IMemberEvent),
        typeof(ClusterEvent.ReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LeadershipChanged changed:
                _leader = changed.Leader;
                Join();
                break;
            case MembersChanged:
                Join();
                ForgetStrangers();
                Publish();
                break;
            case ClusterEvent.MemberRemoved or ClusterEvent.MemberDowned:
                Lose(((ClusterEvent.IMemberEvent)message).Member.Address);
                break;
            case ClusterEvent.IMemberEvent @event:
                Find(@event.Member);
                break;
            case ClusterEvent.UnreachableMember unreachable when unreachable.Member.Status != MemberStatus.Down:
                Suspect(unreachable.Member);
                break;
            case ClusterEvent.ReachableMember reachable:
                _nodes[reachable.Member.Address] = new Node(reachable.Member, IsReachable: true);
                Publish();
                break;
            case ClusterEvent.ReachabilityEvent:
                break;
            case ForgetNode forget:
                Forget(forget.Node);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Join()
    {
        var addresses = Addresses;
        if (_hasJoined || addresses.Count < 2 || !addresses.TryGetValue(_leader, out var leader))
        {
            return;
        }

        // Only the first of the list may form a cluster, so whoever is not the leader leaves itself out.
        _cluster.JoinSeedNodes(addresses.OrderBy(static entry => entry.Key)
            .Select(static entry => entry.Value)
            .Where(address => address != leader && address != _cluster.SelfAddress)
            .Prepend(leader));
    }

    // One that is only joining is not watched over by everybody yet: if it went away now, nobody would have to notice.
    private void Find(Akka.Cluster.Member node)
    {
        if (node.UniqueAddress == _cluster.SelfUniqueAddress)
        {
            _hasJoined = true;
            return;
        }

        if (node.Status == MemberStatus.Joining)
        {
            return;
        }

        _nodes.TryAdd(node.Address, new Node(node, IsReachable: true));
        Publish();
    }

    private void Lose(Address node)
    {
        _nodes.Remove(node);
        Publish();
    }

    private void Suspect(Akka.Cluster.Member node)
    {
        _nodes[node.Address] = new Node(node, IsReachable: false);
        Publish();
        ForgetStrangers();
        if (_leader != _self && Addresses.TryGetValue(_leader, out var leader) && leader == node.Address)
        {
            _raft.Tell(new LeaderSuspected(_leader));
        }
    }

    private void ForgetStrangers()
    {
        var members = Addresses.Values.ToHashSet();
        foreach (var (node, known) in _nodes)
        {
            if (!known.IsReachable && !members.Contains(node) && !Timers.IsTimerActive(node))
            {
                Timers.StartSingleTimer(node, new ForgetNode(node), _forgetAfter);
            }
        }
    }

    private void Forget(Address node)
    {
        if (_nodes.TryGetValue(node, out var known) && !known.IsReachable && !Addresses.ContainsValue(node))
        {
            _cluster.Down(node);
        }
    }

    private void Publish()
    {
        var current = ImmutableDictionary.CreateBuilder<MemberId, PeerNode>();
        foreach (var (member, address) in Addresses)
        {
            if (member != _self && _nodes.TryGetValue(address, out var node))
            {
                current.Add(member, new PeerNode(node.IsReachable, PeerNode.ClientUrlsOf(node.Member.Roles), node.Member.AppVersion.Version));
            }
        }

        _reachability.Publish(current.ToImmutable());
        TellHealth(current.Where(static entry => !entry.Value.IsReachable).Select(static entry => entry.Key));
    }

    // Of a member that is missing here nothing is known, so it counts by what is heard of it directly.
    private void TellHealth(IEnumerable<MemberId> unreachable)
    {
        var before = _unreachable;
        _unreachable = [.. unreachable];
        foreach (var member in before.SymmetricExcept(_unreachable))
        {
            _membersActor.Tell(new MemberReachable(member, !_unreachable.Contains(member)));
        }
    }

    private sealed record Node(Akka.Cluster.Member Member, bool IsReachable);

    private sealed record ForgetNode(Address Node);
}
