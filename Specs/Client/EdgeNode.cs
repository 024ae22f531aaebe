using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.TestKit;

namespace ActorEtcd.Specs.Client;

/// <summary>The edge of a node whose actors are all one probe, so that a spec decides what the node has applied.</summary>
internal sealed class EdgeNode
{
    public static readonly MemberId Self = new(1);

    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly RaftStatusHolder _status = new();

    public EdgeNode(IActorRef actors, Func<EtcdSettings, EtcdSettings>? change = null)
    {
        _views = new ViewSource(Store.Store.View);
        _replicated = new ReplicatedSource(Store.Applier.Members, Store.Applier.Alarms, appliedIndex: 0);
        Node = new EtcdNode(
            (change ?? (static settings => settings))(Settings()),
            _views,
            _replicated,
            _status,
            new GatewayCounters(),
            new NodeActors(actors, actors, actors, actors, actors));
    }

    /// <summary>What the cluster has applied; the node knows of it after <see cref="CatchUp"/>.</summary>
    public AppliedStore Store { get; } = new();

    public EtcdNode Node { get; }

    /// <summary>The node has applied everything.</summary>
    public void CatchUp()
    {
        var batch = Store.Applier.Publish(Store.Index, AppliedStore.Term);
        _replicated.Auth = Store.Applier.Auth;
        _views.Current = batch.View;
        _replicated.Alarms = Store.Applier.Alarms;
        _replicated.AppliedIndex = batch.Index;
    }

    public void Committed(long index) => _status.Current = RaftStatus.Unknown with { CommitIndex = index };

    private static EtcdSettings Settings()
    {
        var electionTimeout = TimeSpan.FromSeconds(1);
        return new EtcdSettings
        {
            Raft = new RaftSettings { Id = Self, InitialConfiguration = RaftConfiguration.OfVoters(Self) },
            Bootstrap = AppliedStore.EmptyState,
            Peers = new PeerAddresses(ImmutableDictionary<MemberId, Address>.Empty),
            Segments = new MemorySegmentStorage(),
            Watch = new WatchSettings(TimeSpan.FromMinutes(10), 1024),
            Lease = new LeaseSettings(Self, electionTimeout, TimeSpan.FromSeconds(7)),
            Gateway = GatewaySettings.For(electionTimeout),
            Apply = new ApplySettings(10_000),
            RequestIds = new RequestIds(Self, DateTimeOffset.UnixEpoch),
            OnFatal = static reason => throw new NodeFailedException(reason),
        };
    }
}
