using System.Collections.Concurrent;

namespace Akka.Event;

/// <summary>
/// Publishes events to those who subscribed to their classification or to a more general one. Subscriptions change
/// rarely and events are many, so the receivers of each classification are remembered until a subscription changes.
/// </summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private readonly object _lock = new();
    private (TClassifier Classifier, TSubscriber Subscriber)[] _subscriptions = [];
    private ConcurrentDictionary<TClassifier, TSubscriber[]> _receivers = new();

    protected EventBus()
    {
    }

    public virtual void Publish(TEvent @event)
    {
        var receivers = Volatile.Read(ref _receivers);
        var classifier = GetClassifier(@event);
        if (!receivers.TryGetValue(classifier, out var subscribers))
        {
            subscribers = FindSubscribers(classifier);
            receivers[classifier] = subscribers;
        }

        foreach (var subscriber in subscribers)
        {
            Publish(@event, subscriber);
        }
    }

    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_lock)
        {
            if (_subscriptions.Any(s => Equals(s.Classifier, classifier) && Equals(s.Subscriber, subscriber)))
            {
                return false;
            }

            Replace([.. _subscriptions, (classifier, subscriber)]);
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber) => Remove(s => Equals(s.Subscriber, subscriber));

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier) =>
        Remove(s => Equals(s.Subscriber, subscriber) && IsSubClassification(classifier, s.Classifier));

    internal bool HasSubscriber(TSubscriber subscriber) =>
        Volatile.Read(ref _subscriptions).Any(s => Equals(s.Subscriber, subscriber));

    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    protected abstract TClassifier GetClassifier(TEvent @event);

    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    private bool Remove(Predicate<(TClassifier Classifier, TSubscriber Subscriber)> match)
    {
        lock (_lock)
        {
            var kept = Array.FindAll(_subscriptions, s => !match(s));
            if (kept.Length == _subscriptions.Length)
            {
                return false;
            }

            Replace(kept);
            return true;
        }
    }

    // The subscriptions are replaced before the cache: a publisher that still fills the old cache fills one that
    // nobody will read again.
    private void Replace((TClassifier Classifier, TSubscriber Subscriber)[] subscriptions)
    {
        Volatile.Write(ref _subscriptions, subscriptions);
        Volatile.Write(ref _receivers, new ConcurrentDictionary<TClassifier, TSubscriber[]>());
    }

    private TSubscriber[] FindSubscribers(TClassifier classifier) => Volatile.Read(ref _subscriptions)
        .Where(s => IsSubClassification(s.Classifier, classifier))
        .Select(s => s.Subscriber)
        .Distinct()
        .ToArray();
}
