using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// Sends heartbeats to the next few members of the ring, and feeds their answers to the failure detector. Whoever was
/// unreachable when another took its place in the ring is asked on until it answers, so that it can come back.
/// </summary>
internal sealed class ClusterHeartbeatSender : UntypedActor, IWithTimers
{
    private readonly Cluster _cluster;
    private readonly DefaultFailureDetectorRegistry<Address> _failureDetector;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<UniqueAddress> _formerReceivers = [];
    private HeartbeatNodeRing _ring;
    private long _sequenceNr;

    public ClusterHeartbeatSender(Cluster cluster)
    {
        _cluster = cluster;
        _failureDetector = cluster.FailureDetector;
        _ring = new HeartbeatNodeRing(cluster.SelfUniqueAddress, [], [], cluster.Settings.MonitoredByNrOfMembers);
    }

    public ITimerScheduler Timers { get; set; }

    private IEnumerable<UniqueAddress> Receivers => _ring.Receivers.Union(_formerReceivers);

    // By way of the daemon: the cluster object may still be in the making.
    protected override void PreStart() => Context.Parent.Tell(new Subscribe(
        Self,
        ClusterEvent.InitialStateAsEvents,
        [typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent)]));

    protected override void PostStop()
    {
        foreach (var node in Receivers)
        {
            _failureDetector.Remove(node.Address);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HeartbeatTick:
                SendHeartbeats();
                break;
            case HeartbeatRsp response:
                Receive(response);
                break;
            case ExpectedFirstHeartbeat expected:
                TriggerFirst(expected.From);
                break;
            case ClusterEvent.MemberRemoved removed:
                Remove(removed.Member.UniqueAddress);
                break;
            case ClusterEvent.IMemberEvent @event:
                Add(@event.Member.UniqueAddress);
                break;
            case ClusterEvent.UnreachableMember unreachable:
                UseRing(_ring.WithUnreachable(unreachable.Member.UniqueAddress));
                break;
            case ClusterEvent.ReachableMember reachable:
                UseRing(_ring.WithReachable(reachable.Member.UniqueAddress));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Add(UniqueAddress node)
    {
        if (node == _cluster.SelfUniqueAddress || _ring.Contains(node))
        {
            return;
        }

        UseRing(_ring.With(node));
        if (!Timers.IsTimerActive(HeartbeatTick.Instance))
        {
            Timers.StartPeriodicTimer(
                HeartbeatTick.Instance, HeartbeatTick.Instance, TimeSpan.Zero, _cluster.Settings.HeartbeatInterval);
        }
    }

    private void Remove(UniqueAddress node)
    {
        if (node == _cluster.SelfUniqueAddress)
        {
            return;
        }

        _failureDetector.Remove(node.Address);
        _formerReceivers.Remove(node);
        UseRing(_ring.Without(node));
        if (!Receivers.Any())
        {
            Timers.Cancel(HeartbeatTick.Instance);
        }
    }

    private void UseRing(HeartbeatNodeRing ring)
    {
        var dropped = _ring.Receivers.Except(ring.Receivers);
        _ring = ring;
        foreach (var node in dropped)
        {
            if (_failureDetector.IsAvailable(node.Address) || !ring.Contains(node))
            {
                _failureDetector.Remove(node.Address);
            }
            else
            {
                _formerReceivers.Add(node);
            }
        }

        _formerReceivers.ExceptWith(ring.Receivers);
    }

    private void SendHeartbeats()
    {
        var heartbeat = new Heartbeat(_cluster.SelfAddress, ++_sequenceNr);
        foreach (var node in Receivers)
        {
            // Once: a timer that began anew with each heartbeat would never be due.
            if (!_failureDetector.IsMonitoring(node.Address) && !Timers.IsTimerActive(node))
            {
                Timers.StartSingleTimer(
                    node, new ExpectedFirstHeartbeat(node), _cluster.Settings.HeartbeatExpectedResponseAfter);
            }

            if (_cluster.Settings.VerboseHeartbeatLogging)
            {
                _log.Debug("Cluster Node [{0}] - Heartbeat to [{1}]", _cluster.SelfAddress, node.Address);
            }

            Context.ActorSelection(ClusterPaths.HeartbeatReceiver(node.Address)).Tell(heartbeat);
        }
    }

    private void Receive(HeartbeatRsp response)
    {
        var node = response.From;
        if (!_ring.Contains(node))
        {
            return;
        }

        _failureDetector.Heartbeat(node.Address);
        if (_formerReceivers.Remove(node))
        {
            _failureDetector.Remove(node.Address);
        }
    }

    // A node that never answers at all must be found out too, so its detector is started without an answer.
    private void TriggerFirst(UniqueAddress node)
    {
        if (Receivers.Contains(node) && !_failureDetector.IsMonitoring(node.Address))
        {
            _failureDetector.Heartbeat(node.Address);
        }
    }

    private sealed record HeartbeatTick : IDeadLetterSuppression
    {
        public static readonly HeartbeatTick Instance = new();
    }

    private sealed record ExpectedFirstHeartbeat(UniqueAddress From) : IDeadLetterSuppression;
}
