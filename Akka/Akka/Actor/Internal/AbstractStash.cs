namespace Akka.Actor.Internal;

/// <summary>Messages put aside by an actor, to be prepended to its mailbox again.</summary>
public abstract class AbstractStash : IStash
{
    private readonly ActorCell _cell;
    private LinkedList<Envelope> _stash = new();
    private int _lastStashedId = -1;

    protected AbstractStash(IActorContext context)
    {
        _cell = (ActorCell)context;
        if (_cell.Mailbox.MessageQueue is not IDequeBasedMessageQueueSemantics)
        {
            throw new NotSupportedException(
                $"DequeBasedMailbox required, got: {_cell.Mailbox.MessageQueue.GetType().Name}. An (unbounded) deque-based "
                + "mailbox can be configured as follows: my-custom-mailbox { mailbox-type = \"Akka.Dispatch.UnboundedDequeBasedMailbox\" }");
        }
    }

    public virtual int Capacity
    {
        get
        {
            var props = _cell.Props;
            return props.Deploy.StashCapacity >= 0
                ? props.Deploy.StashCapacity
                : _cell.SystemImpl.Mailboxes.StashCapacity(props.Dispatcher, props.Mailbox);
        }
    }

    public int Count => _stash.Count;

    public bool IsEmpty => _stash.Count == 0;

    public bool IsFull => Capacity >= 0 && _stash.Count >= Capacity;

    public bool NonEmpty => _stash.Count > 0;

    private IDequeBasedMessageQueueSemantics Mailbox => (IDequeBasedMessageQueueSemantics)_cell.Mailbox.MessageQueue;

    public void Stash()
    {
        var id = _cell.CurrentEnvelopeId;
        if (id == _lastStashedId)
        {
            throw new IllegalActorStateException(
                $"Can't stash the same message {_cell.CurrentMessage} more than once");
        }

        _lastStashedId = id;
        if (IsFull)
        {
            throw new StashOverflowException(
                $"Couldn't enqueue message {_cell.CurrentMessage?.GetType()} from {_cell.Sender} to stash of {_cell.Self}");
        }

        _stash.AddLast(new Envelope(_cell.CurrentMessage, _cell.Sender));
    }

    public void Unstash()
    {
        if (_stash.First is { } first)
        {
            _stash.RemoveFirst();
            Mailbox.EnqueueFirst(first.Value);
        }
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> filterPredicate)
    {
        var envelopes = _stash;
        _stash = new LinkedList<Envelope>();
        for (var node = envelopes.Last; node is not null; node = node.Previous)
        {
            if (filterPredicate(node.Value))
            {
                Mailbox.EnqueueFirst(node.Value);
            }
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var envelopes = _stash;
        _stash = new LinkedList<Envelope>();
        return envelopes;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        var known = new HashSet<Envelope>(_stash);
        foreach (var envelope in envelopes.Reverse())
        {
            if (known.Add(envelope))
            {
                _stash.AddFirst(envelope);
            }
        }
    }
}
