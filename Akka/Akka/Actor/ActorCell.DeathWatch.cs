using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Whom the cell watches, and who watches it.</summary>
public partial class ActorCell
{
    private Dictionary<IActorRef, Option<object>> _watching;
    private HashSet<IActorRef> _watchedBy;
    private Dictionary<IActorRef, Option<object>> _terminatedQueued;
    private bool _subscribedToAddresses;

    public IActorRef Watch(IActorRef subject) => StartWatching(subject, Option<object>.None);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return StartWatching(subject, Option<object>.Create(message));
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        if (!subject.Equals(_self) && _watching is not null && _watching.ContainsKey(subject))
        {
            var watchee = (IInternalActorRef)subject;
            watchee.SendSystemMessage(new Unwatch(watchee, _self));
            _watching.Remove(subject);
            MaintainAddressSubscription();
        }

        _terminatedQueued?.Remove(subject);
        return subject;
    }

    /// <summary>Notes that a Terminated is on its way, so that one that was unwatched meanwhile can be dropped.</summary>
    public void TerminatedQueuedFor(IActorRef subject, Option<object> customMessage) =>
        (_terminatedQueued ??= []).TryAdd(subject, customMessage);

    protected void ReceivedTerminated(Terminated t)
    {
        if (_terminatedQueued is null || !_terminatedQueued.Remove(t.ActorRef, out var customMessage))
        {
            return;
        }

        if (customMessage.HasValue)
        {
            _currentMessage = customMessage.Value;
            ReceiveMessage(customMessage.Value);
        }
        else
        {
            ReceiveMessage(t);
        }
    }

    protected void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        var watchesMe = watchee.Equals(_self);
        var isMe = watcher.Equals(_self);
        if (watchesMe && !isMe)
        {
            if ((_watchedBy ??= []).Add(watcher))
            {
                MaintainAddressSubscription();
            }
        }
        else if (!watchesMe && isMe)
        {
            Watch(watchee);
        }
    }

    protected void RemWatcher(IActorRef watchee, IActorRef watcher)
    {
        var watchesMe = watchee.Equals(_self);
        var isMe = watcher.Equals(_self);
        if (watchesMe && !isMe)
        {
            if (_watchedBy is not null && _watchedBy.Remove(watcher))
            {
                MaintainAddressSubscription();
            }
        }
        else if (!watchesMe && isMe)
        {
            Unwatch(watchee);
        }
    }

    protected void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching is not null && _watching.Remove(actor, out var customMessage))
        {
            MaintainAddressSubscription();
            if (!IsTerminating)
            {
                _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
                TerminatedQueuedFor(actor, customMessage);
            }
        }

        if (_children.Contains(actor))
        {
            HandleChildTerminated(actor);
        }
    }

    protected void AddressTerminated(Address address)
    {
        _watchedBy?.RemoveWhere(watcher => watcher.Path.Address == address);
        if (_watching is null)
        {
            return;
        }

        foreach (var subject in _watching.Keys.Where(s => s.Path.Address == address).ToArray())
        {
            _self.SendSystemMessage(new DeathWatchNotification(
                subject, existenceConfirmed: _children.Contains(subject), addressTerminated: true));
        }
    }

    protected void TellWatchersWeDied()
    {
        if (_watchedBy is null)
        {
            return;
        }

        // Remote watchers first: a local one may shut the transport down.
        foreach (var watcher in _watchedBy.OrderBy(w => ((IActorRefScope)w).IsLocal))
        {
            if (!watcher.Equals(Parent))
            {
                ((IInternalActorRef)watcher).SendSystemMessage(
                    new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
            }
        }

        _watchedBy = null;
        MaintainAddressSubscription();
    }

    protected void UnwatchWatchedActors(ActorBase actor)
    {
        if (_watching is null || _watching.Count == 0)
        {
            return;
        }

        foreach (var subject in _watching.Keys)
        {
            var watchee = (IInternalActorRef)subject;
            watchee.SendSystemMessage(new Unwatch(watchee, _self));
        }

        _watching.Clear();
        _terminatedQueued?.Clear();
        MaintainAddressSubscription();
    }

    private IActorRef StartWatching(IActorRef subject, Option<object> message)
    {
        if (subject.Equals(_self))
        {
            return subject;
        }

        _watching ??= [];
        if (_watching.TryGetValue(subject, out var known))
        {
            if (known != message)
            {
                throw new InvalidOperationException(
                    $"Watch({_self}, {subject}) termination message was not overwritten from [{known}] to [{message}]. "
                    + $"If this was intended, unwatch first before using Watch with another message.");
            }

            return subject;
        }

        var watchee = (IInternalActorRef)subject;
        watchee.SendSystemMessage(new Watch(watchee, _self));
        _watching.Add(subject, message);
        MaintainAddressSubscription();
        return subject;
    }

    // Notifications about unreachable addresses concern only a cell that watches, or is watched, across nodes.
    private void MaintainAddressSubscription()
    {
        var needed = HasRemote(_watching?.Keys) || HasRemote(_watchedBy);
        if (needed == _subscribedToAddresses)
        {
            return;
        }

        _subscribedToAddresses = needed;
        if (needed)
        {
            _system.AddressTerminatedTopic.Subscribe(_self);
        }
        else
        {
            _system.AddressTerminatedTopic.Unsubscribe(_self);
        }
    }

    private static bool HasRemote(IEnumerable<IActorRef> refs) => refs is not null && refs.Any(r => r is IActorRefScope { IsLocal: false });
}
