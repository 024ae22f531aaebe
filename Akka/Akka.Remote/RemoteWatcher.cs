namespace Akka.Remote;

/// <summary>
/// Watches actors of other systems on behalf of local ones. It sends heartbeats to every node that it watches an
/// actor of; when a node stops answering it is quarantined and all its actors count as terminated.
/// </summary>
public class RemoteWatcher : UntypedActor, Akka.Dispatch.IRequiresMessageQueue<Akka.Dispatch.IUnboundedMessageQueueSemantics>
{
    protected readonly ILoggingAdapter Log = Context.GetLogger();
    protected readonly Dictionary<IInternalActorRef, HashSet<IInternalActorRef>> Watching = [];
    protected readonly Dictionary<Address, HashSet<IInternalActorRef>> WatcheeByNodes = [];

    private readonly IFailureDetectorRegistry<Address> _failureDetector;
    private readonly TimeSpan _heartbeatExpectedResponseAfter;
    private readonly IRemoteActorRefProvider _provider;
    private readonly HeartbeatRsp _selfHeartbeatRsp;
    private readonly Dictionary<Address, int> _addressUids = [];
    private readonly ICancelable _heartbeatTimer;
    private readonly ICancelable _reaperTimer;

    public RemoteWatcher(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter)
    {
        _failureDetector = failureDetector;
        _heartbeatExpectedResponseAfter = heartbeatExpectedResponseAfter;
        _provider = (IRemoteActorRefProvider)((ExtendedActorSystem)Context.System).Provider;
        _selfHeartbeatRsp = new HeartbeatRsp(AddressUidExtension.Uid(Context.System));
        var scheduler = Context.System.Scheduler;
        _heartbeatTimer = scheduler.ScheduleTellRepeatedlyCancelable(
            heartbeatInterval, heartbeatInterval, Self, HeartbeatTick.Instance, Self);
        _reaperTimer = scheduler.ScheduleTellRepeatedlyCancelable(
            unreachableReaperInterval, unreachableReaperInterval, Self, ReapUnreachableTick.Instance, Self);
    }

    protected HashSet<Address> Unreachable { get; } = [];

    protected ICollection<Address> WatchingNodes => WatcheeByNodes.Keys;

    public static Props Props(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter) =>
        Actor.Props.Create(() => new RemoteWatcher(
            failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter))
            .WithDeploy(Deploy.Local);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HeartbeatTick:
                SendHeartbeats();
                break;
            case Heartbeat:
                Sender.Tell(_selfHeartbeatRsp);
                break;
            case HeartbeatRsp response:
                ReceiveHeartbeatRsp(Sender.Path.Address, response.AddressUid);
                break;
            case ReapUnreachableTick:
                ReapUnreachable();
                break;
            case ExpectedFirstHeartbeat expected:
                TriggerFirstHeartbeat(expected.From);
                break;
            case WatchRemote watch:
                AddWatching(watch.Watchee, watch.Watcher);
                break;
            case UnwatchRemote unwatch:
                RemoveWatch(unwatch.Watchee, unwatch.Watcher);
                break;
            case Terminated terminated:
                ProcessTerminated(terminated);
                break;
            case Stats:
                Sender.Tell(Stats.Counts(Watching.Values.Sum(watchers => watchers.Count), WatchingNodes.Count));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        base.PostStop();
        _heartbeatTimer.Cancel();
        _reaperTimer.Cancel();
    }

    protected virtual void PublishAddressTerminated(Address address) =>
        ((ActorSystemImpl)Context.System).AddressTerminatedTopic.Publish(new AddressTerminated(address));

    protected virtual void Quarantine(Address address, int? addressUid) => _provider.Quarantine(address, addressUid);

    protected void AddWatching(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watcher.Equals(Self))
        {
            throw new InvalidOperationException("Watcher cannot be the RemoteWatcher!");
        }

        if (!Watching.TryGetValue(watchee, out var watchers))
        {
            Watching.Add(watchee, watchers = []);
        }

        watchers.Add(watcher);
        WatchNode(watchee);
        // The one watch that travels; the other node knows this actor as the watcher.
        Context.Watch(watchee);
    }

    protected virtual void WatchNode(IInternalActorRef watchee)
    {
        var node = watchee.Path.Address;
        if (!WatcheeByNodes.TryGetValue(node, out var watchees))
        {
            if (Unreachable.Remove(node))
            {
                _failureDetector.Remove(node);
            }

            WatcheeByNodes.Add(node, watchees = []);
        }

        watchees.Add(watchee);
    }

    protected void RemoveWatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (Watching.TryGetValue(watchee, out var watchers) && watchers.Remove(watcher) && watchers.Count == 0)
        {
            Context.Unwatch(watchee);
            RemoveWatchee(watchee);
        }
    }

    protected void RemoveWatchee(IInternalActorRef watchee)
    {
        var node = watchee.Path.Address;
        Watching.Remove(watchee);
        if (WatcheeByNodes.TryGetValue(node, out var watchees) && watchees.Remove(watchee) && watchees.Count == 0)
        {
            UnwatchNode(node);
        }
    }

    protected void UnwatchNode(Address watcheeAddress)
    {
        WatcheeByNodes.Remove(watcheeAddress);
        _addressUids.Remove(watcheeAddress);
        _failureDetector.Remove(watcheeAddress);
    }

    private void SendHeartbeats()
    {
        foreach (var node in WatchingNodes)
        {
            if (Unreachable.Contains(node))
            {
                continue;
            }

            if (!_failureDetector.IsMonitoring(node))
            {
                Context.System.Scheduler.ScheduleTellOnce(
                    _heartbeatExpectedResponseAfter, Self, new ExpectedFirstHeartbeat(node), Self);
            }

            Context.ActorSelection(new RootActorPath(node) / Self.Path.Elements).Tell(Heartbeat.Instance);
        }
    }

    private void ReceiveHeartbeatRsp(Address from, int uid)
    {
        if (!WatcheeByNodes.TryGetValue(from, out var watchees) || Unreachable.Contains(from))
        {
            return;
        }

        // A new incarnation knows nothing of the watches; it answers that the old actors do not exist.
        if (!_addressUids.TryGetValue(from, out var known) || known != uid)
        {
            foreach (var watchee in watchees)
            {
                watchee.SendSystemMessage(new Watch(watchee, (IInternalActorRef)Self));
            }
        }

        _addressUids[from] = uid;
        _failureDetector.Heartbeat(from);
    }

    // A node that never answers at all must be found out too, so its detector is started without an answer.
    private void TriggerFirstHeartbeat(Address node)
    {
        if (WatcheeByNodes.ContainsKey(node) && !_failureDetector.IsMonitoring(node))
        {
            _failureDetector.Heartbeat(node);
        }
    }

    private void ReapUnreachable()
    {
        foreach (var node in WatchingNodes)
        {
            if (Unreachable.Contains(node) || _failureDetector.IsAvailable(node))
            {
                continue;
            }

            Log.Warning("Detected unreachable: [{0}]", node);
            Quarantine(node, _addressUids.TryGetValue(node, out var uid) ? uid : null);
            PublishAddressTerminated(node);
            Unreachable.Add(node);
        }
    }

    // When the whole address terminated, each watcher is told by its own subscription to that.
    private void ProcessTerminated(Terminated terminated)
    {
        var watchee = (IInternalActorRef)terminated.ActorRef;
        if (!terminated.AddressTerminated && Watching.TryGetValue(watchee, out var watchers))
        {
            foreach (var watcher in watchers)
            {
                watcher.SendSystemMessage(
                    new DeathWatchNotification(watchee, terminated.ExistenceConfirmed, addressTerminated: false));
            }
        }

        RemoveWatchee(watchee);
    }

    public abstract class WatchCommand
    {
        protected WatchCommand(IInternalActorRef watchee, IInternalActorRef watcher)
        {
            Watchee = watchee;
            Watcher = watcher;
        }

        public IInternalActorRef Watchee { get; }

        public IInternalActorRef Watcher { get; }
    }

    public sealed class WatchRemote : WatchCommand
    {
        public WatchRemote(IInternalActorRef watchee, IInternalActorRef watcher)
            : base(watchee, watcher)
        {
        }
    }

    public sealed class UnwatchRemote : WatchCommand
    {
        public UnwatchRemote(IInternalActorRef watchee, IInternalActorRef watcher)
            : base(watchee, watcher)
        {
        }
    }

    public sealed class Heartbeat
    {
        private Heartbeat()
        {
        }

        public static Heartbeat Instance { get; } = new();
    }

    public class HeartbeatRsp
    {
        public HeartbeatRsp(int addressUid)
        {
            AddressUid = addressUid;
        }

        public int AddressUid { get; }
    }

    public class HeartbeatTick
    {
        private HeartbeatTick()
        {
        }

        public static HeartbeatTick Instance { get; } = new();
    }

    public class ReapUnreachableTick
    {
        private ReapUnreachableTick()
        {
        }

        public static ReapUnreachableTick Instance { get; } = new();
    }

    public sealed class ExpectedFirstHeartbeat
    {
        public ExpectedFirstHeartbeat(Address from)
        {
            From = from;
        }

        public Address From { get; }
    }

    public sealed class Stats
    {
        public static Stats Empty = Counts(0, 0);

        public Stats(int watching, int watchingNodes)
        {
            Watching = watching;
            WatchingNodes = watchingNodes;
        }

        public int Watching { get; }

        public int WatchingNodes { get; }

        public static Stats Counts(int watching, int watchingNodes) => new(watching, watchingNodes);

        public override bool Equals(object obj) =>
            obj is Stats other && other.Watching == Watching && other.WatchingNodes == WatchingNodes;

        public override int GetHashCode() => HashCode.Combine(Watching, WatchingNodes);

        public override string ToString() => $"Stats(Watching={Watching}, WatchingNodes={WatchingNodes})";
    }
}
