using System.Collections.Concurrent;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// Holds at most so many messages. A sender that finds it full waits up to the push timeout; then its message goes
/// to dead letters.
/// </summary>
public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();
    private readonly SemaphoreSlim _free;

    public BoundedMessageQueue(Config config)
        : this(config.GetInt("mailbox-capacity", 0), config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.Zero))
    {
    }

    public BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
    {
        if (boundedCapacity <= 0)
        {
            throw new ArgumentException("The capacity of a bounded mailbox must be above zero", nameof(boundedCapacity));
        }

        PushTimeOut = pushTimeOut;
        _free = new SemaphoreSlim(boundedCapacity, boundedCapacity);
    }

    public int Count => _queue.Count;

    public bool HasMessages => !_queue.IsEmpty;

    public TimeSpan PushTimeOut { get; set; }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        var wait = PushTimeOut < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : PushTimeOut;
        if (_free.Wait(wait))
        {
            _queue.Enqueue(envelope);
            return;
        }

        ((IInternalActorRef)receiver).Provider.DeadLetters
            .Tell(new DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        if (!_queue.TryDequeue(out envelope))
        {
            return false;
        }

        _free.Release();
        return true;
    }
}
