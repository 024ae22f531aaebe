using ActorEtcd.Watch;

namespace ActorEtcd.Specs.Watch;

/// <summary>Keeps every update of a stream, and is full when told to be.</summary>
internal sealed class RecordingSink : IWatchSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly List<WatchUpdate> _updates = [];
    private bool _isFull;
    private bool _isCompleted;

    public IReadOnlyList<WatchUpdate> Updates
    {
        get
        {
            lock (_gate)
            {
                return [.. _updates];
            }
        }
    }

    public bool IsFull
    {
        set
        {
            lock (_gate)
            {
                _isFull = value;
            }
        }
    }

    public bool Write(WatchUpdate update)
    {
        lock (_gate)
        {
            _updates.Add(update);
            Monitor.PulseAll(_gate);
            return !_isFull;
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void WaitForEnd() => WaitUntil(_ => _isCompleted, "the end of the stream");

    public WatchUpdate WaitFor(Func<WatchUpdate, bool> isWanted, string what)
    {
        WaitUntil(updates => updates.Any(isWanted), what);
        return Updates.First(isWanted);
    }

    public void WaitUntil(Func<IReadOnlyList<WatchUpdate>, bool> isThere, string what)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        lock (_gate)
        {
            while (!isThere(_updates))
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                {
                    var seen = string.Join("\n  ", _updates.TakeLast(20).Select(Describe));
                    throw new TimeoutException($"waited {Patience} for {what}; of {_updates.Count} updates the last are\n  {seen}");
                }
            }
        }
    }

    public static string Describe(WatchUpdate update)
        => $"watch {update.WatchId} header {update.HeaderRevision} created {update.Created} canceled {update.Canceled} "
            + $"compact {update.CompactRevision} events {string.Join(',', update.Events.Select(e => $"{e.Key}@{e.Revision}"))}";
}
