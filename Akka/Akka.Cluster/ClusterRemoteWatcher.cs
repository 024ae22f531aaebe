using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// Watches remote actors. The nodes of the cluster have heartbeats of their own: an actor of a member counts as
/// terminated when the member was removed, and not merely because it is unreachable for a while.
/// </summary>
internal sealed class ClusterRemoteWatcher : RemoteWatcher
{
    private readonly HashSet<Address> _members = [];
    private Cluster _cluster;

    public ClusterRemoteWatcher(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter)
        : base(failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter)
    {
    }

    public static Props Props(IFailureDetectorRegistry<Address> failureDetector, RemoteSettings settings) =>
        Actor.Props.Create(() => new ClusterRemoteWatcher(
            failureDetector,
            settings.WatchHeartBeatInterval,
            settings.WatchUnreachableReaperInterval,
            settings.WatchHeartbeatExpectedResponseAfter)).WithDeploy(Deploy.Local);

    protected override void PostStop()
    {
        base.PostStop();
        _cluster?.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FollowCluster follow:
                _cluster = follow.Cluster;
                _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));
                break;
            case ClusterEvent.MemberRemoved removed:
                Forget(removed.Member, removed.PreviousStatus);
                break;
            case ClusterEvent.CurrentClusterState state:
                TakeOver(state.Members);
                break;
            case ClusterEvent.MemberUp up:
                TakeOver([up.Member]);
                break;
            case ClusterEvent.MemberWeaklyUp up:
                TakeOver([up.Member]);
                break;
            case ClusterEvent.IMemberEvent:
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    protected override void WatchNode(IInternalActorRef watchee)
    {
        if (!_members.Contains(watchee.Path.Address))
        {
            base.WatchNode(watchee);
        }
    }

    // What was watched before the node joined needs no heartbeats of this actor any more.
    private void TakeOver(IEnumerable<Member> members)
    {
        foreach (var member in members)
        {
            if (member.UniqueAddress != _cluster.SelfUniqueAddress && _members.Add(member.Address))
            {
                UnwatchNode(member.Address);
            }
        }
    }

    private void Forget(Member member, MemberStatus previousStatus)
    {
        if (member.UniqueAddress == _cluster.SelfUniqueAddress)
        {
            return;
        }

        _members.Remove(member.Address);
        if (previousStatus == MemberStatus.Down)
        {
            Quarantine(member.Address, member.UniqueAddress.Uid);
        }

        PublishAddressTerminated(member.Address);
    }

    /// <summary>The cluster comes into being after the transport, and that after this actor.</summary>
    internal sealed record FollowCluster(Cluster Cluster);
}
