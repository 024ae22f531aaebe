using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Members;
using ActorEtcd.Peers;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Akka.Cluster;
using ActorEtcd.Specs.Akka.Remote;
using Akka.Actor;
using Akka.Cluster;
using Akka.TestKit;
using Xunit;
using AkkaCluster = Akka.Cluster.Cluster;
using EtcdMember = ActorEtcd.Members.Member;

namespace ActorEtcd.Specs.Peers;

/// <summary>Peers actors of several systems in this process, with everything of a member but its data.</summary>
public sealed class PeersActorSpec : ClusterSpecBase
{
    private static readonly MemberId One = new(1);
    private static readonly MemberId Two = new(2);
    private static readonly MemberId Three = new(3);

    private volatile MemberTable _members = MemberTable.Of(7, []);

    public PeersActorSpec()
        : base(systemName: PeerAddresses.SystemName)
    {
    }

    [Fact]
    public void Single_member_joins_nothing()
    {
        var peer = NewPeer(One, Self);
        peer.Actor.Tell(new LeadershipChanged(One, 1, RaftRole.Leader));

        ExpectNoMsg(TimeSpan.FromMilliseconds(500));
        Assert.Empty(Self.State.Members);
    }

    [Fact]
    public void Members_find_each_other_by_their_leader()
    {
        var peers = NewPeers();
        Lead(Two, peers);

        AwaitReachable(peers[0], (Two, true), (Three, true));
        AwaitReachable(peers[1], (One, true), (Three, true));
        AwaitReachable(peers[2], (One, true), (Two, true));
    }

    [Fact]
    public void Node_tells_where_its_clients_find_it_and_its_version()
    {
        var other = NewNode($$"""
            akka.cluster { app-version = "3.6.1", roles = ["{{PeerNode.RoleOf("http://b:2379")}}", "{{PeerNode.RoleOf("http://a:2379")}}", "x"] }
            """);
        _members = MemberTable.Of(7, [MemberOf(One, Self), MemberOf(Two, other)]);
        Peer[] peers = [NewPeer(One, Self), NewPeer(Two, other)];
        Lead(One, peers);

        AwaitReachable(peers[0], (Two, true));
        var node = peers[0].Reachability.Current[Two];
        Assert.Equal(["http://a:2379", "http://b:2379"], node.ClientUrls.ToArray());
        Assert.Equal("3.6.1", node.Version);
    }

    [Fact]
    public void Only_a_leader_forms_a_cluster()
    {
        var peers = NewPeers();
        peers[0].Actor.Tell(new LeadershipChanged(Two, 1, RaftRole.Follower));
        peers[2].Actor.Tell(new LeadershipChanged(Two, 1, RaftRole.Follower));

        ExpectNoMsg(TimeSpan.FromSeconds(2));
        Assert.All(peers, peer => Assert.Empty(peer.Cluster.State.Members));

        Lead(Three, peers);
        AwaitReachable(peers[0], (Two, true), (Three, true));
    }

    [Fact]
    public void Leader_that_is_cut_off_is_told_to_raft_and_comes_back()
    {
        var peers = NewPeers();
        Lead(Two, peers);
        AwaitReachable(peers[0], (Two, true), (Three, true));

        peers[1].Proxy!.Freeze();

        Assert.Equal(new LeaderSuspected(Two), peers[0].Raft.ExpectMsg<LeaderSuspected>(Patience));
        Assert.Equal(new LeaderSuspected(Two), peers[2].Raft.ExpectMsg<LeaderSuspected>(Patience));
        AwaitReachable(peers[0], (Two, false), (Three, true));
        Assert.Contains((Two, false), peers[0].Changes);
        peers[0].MembersActor.FishForMessage<MemberReachable>(told => told == new MemberReachable(Two, IsReachable: false), Patience);

        peers[1].Proxy!.Heal();

        AwaitReachable(peers[0], (Two, true), (Three, true));
        peers[0].MembersActor.FishForMessage<MemberReachable>(told => told == new MemberReachable(Two, IsReachable: true), Patience);
        AwaitReachable(peers[1], (One, true), (Three, true));
    }

    [Fact]
    public void Member_that_is_added_later_joins_and_one_that_was_removed_is_forgotten()
    {
        var peers = NewPeers();
        _members = _members with { Members = _members.Members.Remove(Three) };
        Lead(One, peers);
        AwaitReachable(peers[0], (Two, true));

        _members = _members with { Members = _members.Members.Add(Three, MemberOf(Three, peers[2].Cluster)) };
        Tell(peers, new MembersChanged(_members));
        AwaitReachable(peers[0], (Two, true), (Three, true));

        _members = _members with { Members = _members.Members.Remove(Two), Removed = [Two] };
        Tell(peers, new MembersChanged(_members));
        AwaitReachable(peers[0], (Three, true));
        peers[1].Proxy!.Freeze();

        AwaitThat(
            () => Self.State.Members.All(m => m.Address != peers[1].Cluster.SelfAddress),
            () => $"the removed member is forgotten: {string.Join(", ", Self.State.Members)}");
        AwaitReachable(peers[0], (Three, true));
    }

    [Fact]
    public void Member_that_is_only_unreachable_is_never_forgotten()
    {
        var peers = NewPeers();
        Lead(One, peers);
        AwaitReachable(peers[0], (Two, true), (Three, true));

        peers[1].Proxy!.Freeze();
        AwaitReachable(peers[0], (Two, false), (Three, true));

        ExpectNoMsg(TimeSpan.FromSeconds(2));
        Assert.Equal(
            MemberStatus.Up, Self.State.Members.Single(m => m.Address == peers[1].Cluster.SelfAddress).Status);
    }

    private static void Lead(MemberId leader, Peer[] peers)
    {
        foreach (var peer in peers)
        {
            peer.Actor.Tell(new LeadershipChanged(leader, 2, peer.Id == leader ? RaftRole.Leader : RaftRole.Follower));
        }
    }

    private static void Tell(Peer[] peers, MembersChanged changed)
    {
        foreach (var peer in peers)
        {
            peer.Actor.Tell(changed);
        }
    }

    private static EtcdMember MemberOf(MemberId id, AkkaCluster cluster)
        => new(id, $"m{id}", [$"http://127.0.0.1:{cluster.SelfAddress.Port}"], []);

    // The second one is behind a proxy.
    private Peer[] NewPeers()
    {
        var (second, proxy) = NewNodeBehindProxy();
        var third = NewNode();
        _members = MemberTable.Of(7, [MemberOf(One, Self), MemberOf(Two, second), MemberOf(Three, third)]);
        return [NewPeer(One, Self), NewPeer(Two, second) with { Proxy = proxy }, NewPeer(Three, third)];
    }

    private Peer NewPeer(MemberId id, AkkaCluster cluster)
    {
        if (_members.Members.IsEmpty)
        {
            _members = MemberTable.Of(7, [MemberOf(id, cluster)]);
        }

        var changes = new List<(MemberId, bool)>();
        var reachability = new PeerReachability
        {
            Changed = (member, isReachable) =>
            {
                lock (changes)
                {
                    changes.Add((member, isReachable));
                }
            },
        };
        var raft = CreateTestProbe();
        var membersActor = CreateTestProbe();
        var actor = cluster.System.ActorOf(PeersActor.Props(
            id, () => _members, PeerAddresses.None, raft.Ref, membersActor.Ref, reachability, TimeSpan.FromMilliseconds(500)));
        return new Peer(id, cluster, actor, raft, membersActor, reachability, changes);
    }

    private void AwaitReachable(Peer peer, params (MemberId Member, bool IsReachable)[] expected) => AwaitThat(
        () => peer.Reachability.Current.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value.IsReachable)).SequenceEqual(expected),
        () => $"{peer.Id} expects {string.Join(", ", expected)}, has {string.Join(", ", peer.Reachability.Current)}");

    private sealed record Peer(
        MemberId Id,
        AkkaCluster Cluster,
        IActorRef Actor,
        TestProbe Raft,
        TestProbe MembersActor,
        PeerReachability Reachability,
        List<(MemberId Member, bool IsReachable)> Changes)
    {
        public TcpProxy? Proxy { get; init; }
    }
}
