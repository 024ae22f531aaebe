namespace Akka.Cluster;

/// <summary>
/// Owns this node's state of the gossip and is the only one to change it.
/// <code>
/// not a member   JoinSeedNodes          looks for a node that is in a cluster
///                JoinTo                 asks that node; its own address: forms a cluster
///                JoinTimeout            begins again
///                InitJoin               no
///                Welcome                is a member from here on
/// member         InitJoin               yes
///                Join                   a new member, or a new incarnation of one: the old one is down then
///                Leave, Down            a member moves on
///                GossipEnvelope         merge, and answer with what the sender lacks
///                GossipStatus           answer with what the sender lacks, or ask for more
///                GossipTick             tell somebody
///                LeaderActionsTick      the leader moves members on when all know the same
///                ReapUnreachableTick    who does not answer, who does again
///                ExitingCompleted, ExitingConfirmed   the end of a member that leaves
/// any            Subscribe, Unsubscribe, SendCurrentClusterState
/// </code>
/// Whatever else arrives in a state is late and is ignored: the sender repeats what matters.
/// </summary>
internal sealed partial class ClusterCoreDaemon : UntypedActor, IWithTimers
{
    private readonly Cluster _cluster;
    private readonly ClusterSettings _settings;
    private readonly ClusterPublisher _publisher;
    private readonly UniqueAddress _self;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Gossip _gossip = Gossip.Empty;

    public ClusterCoreDaemon(Cluster cluster)
    {
        _cluster = cluster;
        _settings = cluster.Settings;
        _self = cluster.SelfUniqueAddress;
        _publisher = new ClusterPublisher(cluster);
    }

    public ITimerScheduler Timers { get; set; }

    private bool IsMember => _gossip.HasMember(_self);

    protected override void PreStart()
    {
        if (!_settings.SeedNodes.IsEmpty)
        {
            Self.Tell(new JoinSeedNodes(_settings.SeedNodes));
        }
    }

    protected override void PostStop() => _publisher.PublishEnd();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Subscribe subscribe:
                _publisher.Subscribe(subscribe.Subscriber, subscribe.InitialStateMode, subscribe.To);
                break;
            case Unsubscribe unsubscribe:
                _publisher.Unsubscribe(unsubscribe.Subscriber, unsubscribe.To);
                break;
            case SendCurrentClusterState send:
                _publisher.SendState(send.Receiver);
                break;
            default:
                if (!(IsMember ? ReceiveAsMember(message) : ReceiveAsStranger(message)))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    private bool ReceiveAsStranger(object message)
    {
        switch (message)
        {
            case JoinSeedNodes join:
                ReceiveJoinSeedNodes(join);
                return true;
            case JoinTo join:
                ReceiveJoinTo(join);
                return true;
            case JoinTimeout:
                Rejoin();
                return true;
            case JoinDeadline:
                GiveUpJoining();
                return true;
            case InitJoin:
                Sender.Tell(new InitJoinNack(_self.Address));
                return true;
            case Welcome welcome:
                ReceiveWelcome(welcome);
                return true;
            default:
                // Whatever else the nodes of a cluster say to each other: this one is not among them (any more).
                return message is IClusterMessage or IDeadLetterSuppression;
        }
    }

    private bool ReceiveAsMember(object message)
    {
        switch (message)
        {
            case GossipEnvelope envelope:
                ReceiveGossip(envelope);
                break;
            case GossipStatus status:
                ReceiveGossipStatus(status);
                break;
            case GossipTick:
                SpreadGossip();
                break;
            case GossipSpeedupTick:
                GossipOnce();
                break;
            case LeaderActionsTick:
                LeaderActions();
                break;
            case ReapUnreachableTick:
                ReapUnreachable();
                break;
            case InitJoin:
                ReceiveInitJoin();
                break;
            case Join join:
                ReceiveJoin(join);
                break;
            case Leave leave:
                ReceiveLeave(leave.Address);
                break;
            case Down down:
                ReceiveDown(down.Address);
                break;
            case ExitingCompleted:
                ConfirmExiting();
                break;
            case ExitingConfirmed confirmed:
                ReceiveExitingConfirmed(confirmed.Node);
                break;
            case JoinSeedNodes or JoinTo:
                LogInfo("Cluster Node [{0}] - Trying to join, but already part of a cluster, ignoring", _self.Address);
                break;
            default:
                return message is Welcome or InitJoinAck or InitJoinNack or JoinTimeout or JoinDeadline;
        }

        return true;
    }

    /// <summary>A change of this node's making, which the others do not know yet.</summary>
    private void Change(Gossip gossip) => Use(gossip.Changed(_self));

    private void Use(Gossip gossip)
    {
        var before = _gossip.StatusOf(_self);
        _gossip = gossip;
        _publisher.Publish(gossip);
        var status = gossip.StatusOf(_self);
        if (status == before)
        {
            return;
        }

        LogInfo("Cluster Node [{0}] - is now [{1}]", _self.Address, status);
        if (status == MemberStatus.Exiting)
        {
            BeginExiting();
        }
        else if (status == MemberStatus.Down)
        {
            EndDowned();
        }
    }

    private void Tell(UniqueAddress node, IClusterMessage message) =>
        Context.ActorSelection(ClusterPaths.Core(node.Address)).Tell(message);

    private void LogInfo(string format, params object[] args)
    {
        if (_settings.LogInfo)
        {
            _log.Info(format, args);
        }
    }
}
