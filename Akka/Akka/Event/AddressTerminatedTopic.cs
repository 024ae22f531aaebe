using System.Collections.Concurrent;

namespace Akka.Event;

/// <summary>The cells that watch, or are watched by, actors on other nodes.</summary>
internal sealed class AddressTerminatedTopic
{
    private readonly ConcurrentDictionary<IActorRef, bool> _subscribers = new();

    public void Subscribe(IActorRef subscriber) => _subscribers.TryAdd(subscriber, true);

    public void Unsubscribe(IActorRef subscriber) => _subscribers.TryRemove(subscriber, out _);

    public void Publish(AddressTerminated message)
    {
        foreach (var (subscriber, _) in _subscribers)
        {
            subscriber.Tell(message, ActorRefs.NoSender);
        }
    }
}
