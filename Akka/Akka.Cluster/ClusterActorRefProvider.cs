using Akka.Remote;

namespace Akka.Cluster;

/// <summary>The provider of remoting, with a cluster beside it: akka.actor.provider = cluster.</summary>
[InternalApi]
public class ClusterActorRefProvider : RemoteActorRefProvider, IClusterActorRefProvider
{
    public ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : base(systemName, settings, eventStream)
    {
        settings.InjectTopLevelFallback(Cluster.DefaultConfig());
    }

    public override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        RemoteWatcher.Tell(new ClusterRemoteWatcher.FollowCluster(Cluster.Get(system)));
    }

    protected override IActorRef CreateRemoteWatcher(ActorSystemImpl system) =>
        system.SystemActorOf(
            RemoteSettings.ConfigureDispatcher(ClusterRemoteWatcher.Props(
                CreateRemoteWatcherFailureDetector(system), RemoteSettings)),
            "remote-watcher");
}
