namespace Akka.Dispatch.MessageQueues;

public abstract class BlockingMessageQueue : IMessageQueue, IBlockingMessageQueueSemantics
{
    private readonly object _lock = new();
    private readonly Stack<Envelope> _prepended = new();

    protected BlockingMessageQueue()
    {
    }

    public TimeSpan BlockTimeOut { get; set; } = TimeSpan.FromSeconds(1);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return LockedCount + _prepended.Count;
            }
        }
    }

    public bool HasMessages => Count > 0;

    protected abstract int LockedCount { get; }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_lock)
        {
            LockedEnqueue(envelope);
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_lock)
        {
            return _prepended.TryPop(out envelope) || LockedTryDequeue(out envelope);
        }
    }

    internal void Prepend(Envelope envelope)
    {
        lock (_lock)
        {
            _prepended.Push(envelope);
        }
    }

    protected abstract void LockedEnqueue(Envelope envelope);

    protected abstract bool LockedTryDequeue(out Envelope envelope);
}
