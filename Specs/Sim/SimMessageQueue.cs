using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace ActorEtcd.Specs.Sim;

/// <summary>A mailbox of one thread. A tap may see, change, split or swallow what is put in.</summary>
public sealed class SimMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly SimTap? _tap;
    private readonly LinkedList<Envelope> _messages = new();

    internal SimMessageQueue(SimTap? tap) => _tap = tap;

    public int Count => _messages.Count;

    public bool HasMessages => _messages.Count > 0;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (_tap is null)
        {
            _messages.AddLast(envelope);
            return;
        }

        foreach (object message in _tap.Pass(envelope.Message, envelope.Sender))
        {
            _messages.AddLast(ReferenceEquals(message, envelope.Message) ? envelope : new Envelope(message, envelope.Sender));
        }
    }

    public void EnqueueFirst(Envelope envelope) => _messages.AddFirst(envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        if (_messages.First is not { } first)
        {
            envelope = default;
            return false;
        }

        envelope = first.Value;
        _messages.RemoveFirst();
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
