namespace Akka.Dispatch.MessageQueues;

public interface IMessageQueue
{
    int Count { get; }

    bool HasMessages { get; }

    void CleanUp(IActorRef owner, IMessageQueue deadletters);

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);
}
