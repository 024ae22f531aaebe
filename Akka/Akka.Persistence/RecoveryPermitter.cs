using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Bounds how many actors recover at once, so that a mass start does not drown the journal.</summary>
internal sealed class RecoveryPermitter : UntypedActor
{
    private readonly LinkedList<IActorRef> _waiting = new();
    private readonly HashSet<IActorRef> _holders = [];
    private readonly int _maxPermits;

    public RecoveryPermitter(int maxPermits)
    {
        _maxPermits = maxPermits;
    }

    public static Props Props(int maxPermits) => Actor.Props.Create(() => new RecoveryPermitter(maxPermits));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestPermit:
                Context.Watch(Sender);
                Request(Sender);
                break;
            case ReturnPermit:
                Context.Unwatch(Sender);
                Return(Sender);
                break;
            case Terminated terminated:
                _waiting.Remove(terminated.ActorRef);
                Return(terminated.ActorRef);
                break;
        }
    }

    private void Request(IActorRef actor)
    {
        // An actor that restarts during recovery asks again and still has its permit.
        if (_holders.Contains(actor) || _holders.Count < _maxPermits)
        {
            Grant(actor);
        }
        else
        {
            _waiting.AddLast(actor);
        }
    }

    private void Return(IActorRef actor)
    {
        if (_holders.Remove(actor) && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            Grant(next.Value);
        }
    }

    private void Grant(IActorRef actor)
    {
        _holders.Add(actor);
        actor.Tell(PermitGranted.Instance);
    }

    internal sealed class RequestPermit
    {
        public static RequestPermit Instance { get; } = new();
    }

    internal sealed class PermitGranted
    {
        public static PermitGranted Instance { get; } = new();
    }

    internal sealed class ReturnPermit
    {
        public static ReturnPermit Instance { get; } = new();
    }
}
