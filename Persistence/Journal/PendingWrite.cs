using System.Collections.Immutable;

namespace ActorEtcd.Persistence.Journal;

/// <summary>The events of one journal request on their way to the device.</summary>
internal sealed class PendingWrite(WalIndex index) : PendingAppend
{
    private readonly TaskCompletionSource<IImmutableList<Exception>> _done = new();
    private readonly List<(string PersistenceId, long Highest)> _written = [];
    private ImmutableList<Exception>.Builder? _results;
    private int _count;

    /// <summary>
    /// Null, or null at an event's place in the list, stands for success. Completes on the writer's thread: what follows
    /// is a few messages to actors, cheaper there than a hop to another thread, and one put waits for it.
    /// </summary>
    public Task<IImmutableList<Exception>> Task => _done.Task;

    public void AddWritten(string persistenceId, long highest)
    {
        _count++;
        _results?.Add(null!);
        _written.Add((persistenceId, highest));
    }

    public void AddRejected(Exception cause)
    {
        if (_results is null)
        {
            _results = ImmutableList.CreateBuilder<Exception>();
            _results.AddRange(Enumerable.Repeat<Exception>(null!, _count));
        }

        _count++;
        _results.Add(cause);
    }

    protected internal override void Completed(long firstSegment, long lastSegment)
    {
        foreach (var (persistenceId, highest) in _written)
        {
            index.AddEvents(persistenceId, highest, firstSegment, lastSegment);
        }

        _done.SetResult(_results?.ToImmutable()!);
    }

    protected internal override void Failed(Exception cause) => _done.SetException(cause);
}
