using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Specs.Client;

/// <summary>Settings of nodes in specs: alone in their cluster, over segments in memory.</summary>
internal static class NodeSettings
{
    public static EtcdSettings Alone(MemberId self, ReplicatedState bootstrap, TimeSpan electionTimeout) => new()
    {
        Raft = new RaftSettings
        {
            Id = self,
            InitialConfiguration = RaftConfiguration.OfVoters(self),
            HeartbeatInterval = electionTimeout / 10,
            ElectionTimeout = electionTimeout,
        },
        Bootstrap = bootstrap,
        Peers = new PeerAddresses(ImmutableDictionary<MemberId, Address>.Empty),
        Segments = new MemorySegmentStorage(),
        Watch = new WatchSettings(TimeSpan.FromMinutes(10), 1024 * 1024),
        Lease = new LeaseSettings(self, electionTimeout, TimeSpan.FromSeconds(7)),
        Gateway = GatewaySettings.For(electionTimeout),
        Apply = new ApplySettings(10_000),
        RequestIds = new RequestIds(self, DateTimeOffset.UnixEpoch),
        OnFatal = static reason => throw new NodeFailedException(reason),
    };
}
