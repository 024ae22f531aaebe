using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Store;
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
            (change ?? (static settings => settings))(NodeSettings.Alone(Self, AppliedStore.EmptyState, TimeSpan.FromSeconds(1))),
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
}
