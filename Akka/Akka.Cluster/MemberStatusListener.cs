namespace Akka.Cluster;

/// <summary>Runs a callback once, when this node is up, or when it is not a member any more.</summary>
internal sealed class MemberStatusListener : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly Action _callback;
    private readonly MemberStatus _status;
    private bool _hasRun;

    public MemberStatusListener(Cluster cluster, Action callback, MemberStatus status)
    {
        _cluster = cluster;
        _callback = callback;
        _status = status;
    }

    protected override void PreStart() => Context.Parent.Tell(new Subscribe(
        Self,
        ClusterEvent.InitialStateAsEvents,
        [_status == MemberStatus.Up ? typeof(ClusterEvent.MemberUp) : typeof(ClusterEvent.MemberRemoved)]));

    // The end of the cluster's actors is the end of the membership, whether the event got here or not.
    protected override void PostStop()
    {
        if (_status == MemberStatus.Removed)
        {
            Run();
        }
    }

    protected override void OnReceive(object message)
    {
        if (message is ClusterEvent.IMemberEvent @event && @event.Member.UniqueAddress == _cluster.SelfUniqueAddress)
        {
            Run();
            Context.Stop(Self);
        }
    }

    private void Run()
    {
        if (_hasRun)
        {
            return;
        }

        _hasRun = true;
        try
        {
            _callback();
        }
        catch (Exception failure)
        {
            Context.GetLogger().Error(failure, "[{0}] callback failed with [{1}]", _status, failure.Message);
        }
    }
}
