namespace Akka.Cluster;

/// <summary>
/// The root of the cluster's actors, /system/cluster. What is told to it goes to its core. If a child fails, all of them
/// end: half a node would mislead the others.
/// </summary>
internal sealed class ClusterDaemon : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _core;

    public ClusterDaemon(Cluster cluster)
    {
        _cluster = cluster;
    }

    protected override void PreStart()
    {
        _core = Context.ActorOf(Child(Props.Create(() => new ClusterCoreDaemon(_cluster))), ClusterPaths.CoreName);
        Context.Watch(_core);
        Context.ActorOf(
            Child(Props.Create(() => new ClusterHeartbeatReceiver(_cluster.SelfUniqueAddress))),
            ClusterPaths.HeartbeatReceiverName);
        Context.ActorOf(Child(Props.Create(() => new ClusterHeartbeatSender(_cluster))), ClusterPaths.HeartbeatSenderName);
    }

    protected override void PostStop()
    {
        _cluster.OnTerminated();
        if (_cluster.Settings.RunCoordinatedShutdownWhenDown)
        {
            CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _log.Error(failure, "Cluster node [{0}] crashed, [{1}] failed - shutting down...", _cluster.SelfAddress, Sender.Path);
        Context.Stop(Self);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AddOnMemberUpListener listener:
                Context.ActorOf(Child(Props.Create(() => new MemberStatusListener(_cluster, listener.Callback, MemberStatus.Up))));
                break;
            case AddOnMemberRemovedListener listener:
                Context.ActorOf(Child(Props.Create(() => new MemberStatusListener(_cluster, listener.Callback, MemberStatus.Removed))));
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            default:
                _core.Forward(message);
                break;
        }
    }

    private Props Child(Props props) => props.WithDispatcher(_cluster.Settings.UseDispatcher);
}
