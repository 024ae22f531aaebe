namespace Akka.Dispatch.MessageQueues;

public class UnboundedPriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityQueue<Envelope, int> _queue;
    private readonly Func<object, int> _priorityGenerator;

    public UnboundedPriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    {
        _priorityGenerator = priorityGenerator;
        _queue = new PriorityQueue<Envelope, int>(initialCapacity);
    }

    protected override int LockedCount => _queue.Count;

    public void EnqueueFirst(Envelope envelope) => Prepend(envelope);

    protected override void LockedEnqueue(Envelope envelope) =>
        _queue.Enqueue(envelope, _priorityGenerator(envelope.Message));

    protected override bool LockedTryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope, out _);
}
