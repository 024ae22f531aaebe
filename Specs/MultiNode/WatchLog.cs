using ActorEtcd.Watch;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>
/// Takes the events of a watch of everything and checks that each revision comes once, after the one before it. The specs
/// write one key in a revision, so there is one event for each.
/// </summary>
internal sealed class WatchLog : IWatchSink
{
    /// <summary>The first revision that holds anything.</summary>
    public const long FirstRevision = 2;

    private readonly object _gate = new();
    private readonly List<string> _violations = [];
    private long _next = FirstRevision;

    public long Events
    {
        get
        {
            lock (_gate)
            {
                return _next - FirstRevision;
            }
        }
    }

    public long LastRevision
    {
        get
        {
            lock (_gate)
            {
                return _next - 1;
            }
        }
    }

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate)
            {
                return [.. _violations];
            }
        }
    }

    public bool Write(WatchUpdate update)
    {
        lock (_gate)
        {
            if (update.Canceled)
            {
                _violations.Add($"the watch was cancelled after revision {_next - 1}: {update.CancelReason}");
            }

            foreach (var found in update.Events)
            {
                if (found.Revision != _next)
                {
                    _violations.Add($"the watch told revision {found.Revision} ({found.Key}) where {_next} was next");
                }

                _next = found.Revision + 1;
            }

            return true;
        }
    }

    public void Complete()
    {
    }
}
