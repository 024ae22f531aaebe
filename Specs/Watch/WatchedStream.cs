using ActorEtcd.Watch;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Watch;

/// <summary>A stream, what was asked of it, and the check of what it said.</summary>
internal sealed class WatchedStream
{
    private readonly RecordingSink _sink = new();
    private readonly IActorRef _stream;
    private readonly List<CreateWatch> _watches = [];
    private readonly HashSet<long> _cancelled = [];

    public WatchedStream(Func<RecordingSink, IActorRef> open) => _stream = open(_sink);

    public void Create(CreateWatch watch)
    {
        _watches.Add(watch);
        _stream.Tell(watch);
    }

    public void Cancel(Random random)
    {
        if (_watches.Count > 0 && _cancelled.Add(random.Next(_watches.Count)))
        {
            _stream.Tell(new CancelWatch(_cancelled.Last()));
        }
    }

    public void Pause() => _sink.IsFull = true;

    public void Resume()
    {
        _sink.IsFull = false;
        _stream.Tell(SinkDrained.Instance);
    }

    public void RequestProgress() => _stream.Tell(ActorEtcd.Watch.RequestProgress.Instance);

    /// <summary>Waits until every watcher has all that it should, then compares with history.</summary>
    public void CheckAll(IReadOnlyList<WatchEvent> history, long compactRevision, string what)
    {
        _sink.WaitUntil(updates => updates.Count(u => u.Created) == _watches.Count, $"{_watches.Count} watchers, {what}");
        for (var id = 0; id < _watches.Count; id++)
        {
            var watchId = id;
            var expected = Expected(history, id);
            _sink.WaitUntil(
                updates => updates.Any(u => u.WatchId == watchId && u.Canceled)
                    || updates.Where(u => u.WatchId == watchId).Sum(u => u.Events.Length) >= expected.Length,
                $"{expected.Length} events of watcher {id} from {_watches[id].StartRevision}, {what}");
        }

        RequestProgress();
        var updates = _sink.Updates;
        for (var id = 0; id < _watches.Count; id++)
        {
            CheckOne(updates, history, id, compactRevision, $"watcher {id}, {what}");
        }

        CheckProgress(updates, history, what);
    }

    private static bool IsOf(CreateWatch watch, WatchEvent happened)
        => watch.Range.Contains(happened.Key.Span) && !(happened.IsDelete ? watch.NoDelete : watch.NoPut);

    private long StartOf(int id)
        => _watches[id].StartRevision > 0
            ? _watches[id].StartRevision
            : _sink.Updates.First(u => u.Created && u.WatchId == id).HeaderRevision + 1;

    private WatchEvent[] Expected(IReadOnlyList<WatchEvent> history, int id)
    {
        var start = StartOf(id);
        return [.. history.Where(e => e.Revision >= start && IsOf(_watches[id], e))];
    }

    private void CheckOne(
        IReadOnlyList<WatchUpdate> all, IReadOnlyList<WatchEvent> history, int id, long compactRevision, string what)
    {
        var updates = all.Where(u => u.WatchId == id).ToArray();
        var received = updates.SelectMany(u => u.Events).ToArray();
        var expected = Expected(history, id);
        Assert.True(received.Length <= expected.Length, $"{received.Length} events instead of {expected.Length}, {what}");
        for (var i = 0; i < received.Length; i++)
        {
            CheckEvent(expected[i], received[i], _watches[id].PrevKv, compactRevision, $"event {i}, {what}");
        }

        for (var i = 1; i < updates.Length; i++)
        {
            var isSplit = !updates[i].Events.IsEmpty && !updates[i - 1].Events.IsEmpty && !updates[i - 1].Fragment
                && updates[i].Events[0].Revision == updates[i - 1].Events[^1].Revision;
            Assert.False(isSplit, $"revision {updates[i].HeaderRevision} in two responses, {what}");
        }

        var end = updates.FirstOrDefault(u => u.Canceled);
        if (end is { CompactRevision: > 0 })
        {
            var next = received.Length == expected.Length ? long.MaxValue : expected[received.Length].Revision;
            var reached = received.Length == 0 ? StartOf(id) : received[^1].Revision + 1;
            Assert.True(Math.Min(next, reached) < end.CompactRevision, $"cancelled at {end.CompactRevision}, {what}");
        }
        else if (end is null)
        {
            Assert.True(received.Length == expected.Length, $"{received.Length} of {expected.Length} events, {what}");
        }
    }

    private static void CheckEvent(WatchEvent expected, WatchEvent received, bool withPrevKv, long compactRevision, string what)
    {
        Assert.True(expected.Revision == received.Revision && expected.Key == received.Key, $"{received} for {expected}, {what}");
        Assert.True(expected.IsDelete == received.IsDelete && expected.Kv.Span.SequenceEqual(received.Kv.Span), what);
        if (withPrevKv)
        {
            var isGone = received.PrevKv.IsEmpty && expected.Revision <= compactRevision;
            Assert.True(isGone || expected.PrevKv.Span.SequenceEqual(received.PrevKv.Span), $"record before {expected.Revision}, {what}");
        }
    }

    // Progress up to a revision means that every event up to it came before.
    private void CheckProgress(IReadOnlyList<WatchUpdate> updates, IReadOnlyList<WatchEvent> history, string what)
    {
        for (var position = 0; position < updates.Count; position++)
        {
            if (updates[position].WatchId != WatchUpdate.NoWatchId)
            {
                continue;
            }

            var revision = updates[position].HeaderRevision;
            var before = updates.Take(position).ToArray();
            foreach (var id in before.Where(u => u.Created).Select(u => (int)u.WatchId))
            {
                var isOver = before.Any(u => u.WatchId == id && u.Canceled);
                var due = Expected(history, id).Count(e => e.Revision <= revision);
                var got = before.Where(u => u.WatchId == id).Sum(u => u.Events.Length);
                Assert.True(isOver || got >= due, $"progress to {revision} with {got} of {due} events of watcher {id}, {what}");
            }
        }
    }
}
