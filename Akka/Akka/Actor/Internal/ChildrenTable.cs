namespace Akka.Actor.Internal;

/// <summary>
/// The children of one cell. The cell changes it on its own thread, except that the guardians' children are created
/// from any thread, and that paths are resolved from any thread: hence the lock.
/// </summary>
internal sealed class ChildrenTable
{
    private static readonly IInternalActorRef[] NoChildren = [];

    private readonly object _lock = new();
    private Dictionary<string, IChildStats> _byName;
    private HashSet<IActorRef> _toDie;
    private SuspendReason _reason;
    private bool _terminated;

    /// <summary>No restart and no stop is waiting for children.</summary>
    public bool IsNormal
    {
        get
        {
            lock (_lock)
            {
                return !_terminated && (_toDie is null || _reason is SuspendReason.UserRequest);
            }
        }
    }

    public bool IsTerminating
    {
        get
        {
            lock (_lock)
            {
                return _terminated || (_toDie is not null && _reason is SuspendReason.Termination);
            }
        }
    }

    public bool IsWaitingForChildren
    {
        get
        {
            lock (_lock)
            {
                return _toDie is not null && _reason is SuspendReason.IWaitingForChildren;
            }
        }
    }

    public void Reserve(string name)
    {
        lock (_lock)
        {
            if (_terminated || (_toDie is not null && _reason is SuspendReason.Termination))
            {
                throw new InvalidOperationException($"Cannot reserve actor name '{name}': terminating or terminated");
            }

            _byName ??= [];
            if (!_byName.TryAdd(name, ChildNameReserved.Instance))
            {
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            }
        }
    }

    public void Unreserve(string name)
    {
        lock (_lock)
        {
            if (_byName is not null && _byName.TryGetValue(name, out var stats) && stats is ChildNameReserved)
            {
                _byName.Remove(name);
            }
        }
    }

    public ChildRestartStats Init(IInternalActorRef child)
    {
        lock (_lock)
        {
            if (_byName is null || !_byName.TryGetValue(child.Path.Name, out var stats))
            {
                return null;
            }

            if (stats is ChildRestartStats known)
            {
                return known;
            }

            var added = new ChildRestartStats(child);
            _byName[child.Path.Name] = added;
            return added;
        }
    }

    public bool TryGetByName(string name, out IChildStats stats)
    {
        lock (_lock)
        {
            stats = null;
            return _byName is not null && _byName.TryGetValue(name, out stats);
        }
    }

    public bool TryGetByRef(IActorRef child, out ChildRestartStats stats)
    {
        lock (_lock)
        {
            return TryGetLocked(child, out stats);
        }
    }

    public bool Contains(IActorRef child) => TryGetByRef(child, out _);

    public IReadOnlyCollection<IInternalActorRef> Children()
    {
        lock (_lock)
        {
            return _byName is null || _byName.Count == 0
                ? NoChildren
                : _byName.Values.OfType<ChildRestartStats>().Select(s => s.Child).ToArray();
        }
    }

    public IReadOnlyCollection<ChildRestartStats> Stats()
    {
        lock (_lock)
        {
            return _byName is null ? [] : _byName.Values.OfType<ChildRestartStats>().ToArray();
        }
    }

    public void ShallDie(IActorRef child)
    {
        lock (_lock)
        {
            if (!TryGetLocked(child, out _))
            {
                return;
            }

            _toDie ??= [];
            _reason ??= SuspendReason.UserRequest.Instance;
            _toDie.Add(child);
        }
    }

    /// <summary>Says what to do when the last child has stopped; false when there is none to wait for.</summary>
    public bool SetTerminationReason(SuspendReason reason)
    {
        lock (_lock)
        {
            if (_toDie is null)
            {
                return false;
            }

            _reason = reason;
            return true;
        }
    }

    public void SetTerminated()
    {
        lock (_lock)
        {
            _terminated = true;
            _toDie = null;
            _reason = null;
        }
    }

    /// <summary>Removes a child that stopped; returns what was waiting for it if it was the last one to go.</summary>
    public SuspendReason Remove(IActorRef child)
    {
        lock (_lock)
        {
            if (!TryGetLocked(child, out _))
            {
                return null;
            }

            _byName.Remove(child.Path.Name);
            if (_toDie is null)
            {
                return null;
            }

            _toDie.Remove(child);
            if (_toDie.Count > 0)
            {
                return null;
            }

            var reason = _reason;
            _terminated = reason is SuspendReason.Termination;
            _toDie = null;
            _reason = null;
            return reason;
        }
    }

    private bool TryGetLocked(IActorRef child, out ChildRestartStats stats)
    {
        stats = null;
        if (_byName is not null && _byName.TryGetValue(child.Path.Name, out var found)
            && found is ChildRestartStats known && known.Child.Equals(child))
        {
            stats = known;
        }

        return stats is not null;
    }
}
