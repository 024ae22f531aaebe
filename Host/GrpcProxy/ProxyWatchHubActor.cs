using Akka.Actor;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// Leads watches to the actor of their range, which it makes for the first watch and ends with the last.
/// <code>
/// JoinWatch, LeaveWatch  counted, and passed on in this order
/// RejoinWatch            passed on; ignored when the range's actor has ended
/// AskProgress            the same
/// Terminated             of a range's actor that failed: the next watch of the range gets another
/// </code>
/// </summary>
internal sealed class ProxyWatchHubActor : UntypedActor
{
    private readonly Func<Props> _range;
    private readonly Dictionary<KeyInterval, Entry> _ranges = [];

    public ProxyWatchHubActor(Func<Props> range)
    {
        _range = range;
    }

    public static Props Props(Func<Props> range) => Akka.Actor.Props.Create(() => new ProxyWatchHubActor(range));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case JoinWatch join: Join(join); break;
            case RejoinWatch rejoin: Find(rejoin.Watcher)?.Actor.Tell(rejoin); break;
            case LeaveWatch leave: Leave(leave); break;
            case AskProgress ask: Find(ask.Watcher)?.Actor.Tell(ask); break;
            case Terminated terminated: Forget(terminated.ActorRef); break;
            default: Unhandled(message); break;
        }
    }

    private Entry? Find(ProxyWatcher watcher) => _ranges.GetValueOrDefault(watcher.Keys);

    private void Join(JoinWatch join)
    {
        if (Find(join.Watcher) is not { } entry)
        {
            entry = new Entry(Context.ActorOf(_range()));
            Context.Watch(entry.Actor);
            _ranges.Add(join.Watcher.Keys, entry);
        }

        entry.Watchers++;
        entry.Actor.Tell(join);
    }

    private void Leave(LeaveWatch leave)
    {
        if (Find(leave.Watcher) is not { } entry)
        {
            return;
        }

        entry.Actor.Tell(leave);
        if (--entry.Watchers == 0)
        {
            _ranges.Remove(leave.Watcher.Keys);
            Context.Unwatch(entry.Actor);
            entry.Actor.Tell(PoisonPill.Instance);
        }
    }

    private void Forget(IActorRef ended)
    {
        foreach (var (keys, _) in _ranges.Where(range => range.Value.Actor.Equals(ended)).ToArray())
        {
            _ranges.Remove(keys);
        }
    }

    private sealed class Entry(IActorRef actor)
    {
        public IActorRef Actor => actor;

        public int Watchers { get; set; }
    }
}
