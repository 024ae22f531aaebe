namespace Akka.Dispatch.MessageQueues;

/// <summary>Messages of equal priority leave in the order in which they came.</summary>
public class UnboundedStablePriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityQueue<Envelope, (int Priority, long Arrival)> _queue;
    private readonly Func<object, int> _priorityGenerator;
    private long _arrivals;

    public UnboundedStablePriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    {
        _priorityGenerator = priorityGenerator;
        _queue = new PriorityQueue<Envelope, (int Priority, long Arrival)>(initialCapacity);
    }

    protected override int LockedCount => _queue.Count;

    public void EnqueueFirst(Envelope envelope) => Prepend(envelope);

    protected override void LockedEnqueue(Envelope envelope) =>
        _queue.Enqueue(envelope, (_priorityGenerator(envelope.Message), _arrivals++));

    protected override bool LockedTryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope, out _);
}
