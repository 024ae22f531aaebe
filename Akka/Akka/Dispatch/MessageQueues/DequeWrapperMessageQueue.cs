namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// Puts a stack in front of a queue. Only the owning actor prepends and dequeues, so the stack needs no lock; the
/// count is volatile because a scheduling thread asks whether there is work.
/// </summary>
public class DequeWrapperMessageQueue : IMessageQueue, IDequeBasedMessageQueueSemantics
{
    protected readonly IMessageQueue MessageQueue;

    private readonly Stack<Envelope> _prepended = new();
    private int _prependedCount;

    public DequeWrapperMessageQueue(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
    }

    public int Count => MessageQueue.Count + Volatile.Read(ref _prependedCount);

    public bool HasMessages => Volatile.Read(ref _prependedCount) > 0 || MessageQueue.HasMessages;

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope)
    {
        _prepended.Push(envelope);
        Volatile.Write(ref _prependedCount, _prepended.Count);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        if (_prependedCount == 0)
        {
            return MessageQueue.TryDequeue(out envelope);
        }

        envelope = _prepended.Pop();
        Volatile.Write(ref _prependedCount, _prepended.Count);
        return true;
    }
}
