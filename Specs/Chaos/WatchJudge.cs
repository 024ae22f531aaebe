namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// What a watch promises, of one watch over all its lives: changes in the order of revisions, each once, those of one
/// revision together, with what was there before, and none at or below a revision that progress has named.
/// </summary>
internal sealed class WatchJudge(Action<string> violation)
{
    private readonly List<HistoryEvent> _events = [];
    private readonly Dictionary<string, HistoryEvent> _newest = [];
    private long _promised;

    public IReadOnlyList<HistoryEvent> Events => _events;

    public void Progress(long revision) => _promised = Math.Max(_promised, revision);

    /// <param name="member">Who told it.</param>
    /// <param name="next">The first revision of a new response: that after the last one of the response before.</param>
    /// <param name="change">What was told.</param>
    /// <param name="beforeRevision">The revision of what was there before, as the event tells it; 0 for nothing.</param>
    /// <param name="beforeValue">Its value.</param>
    public void Take(string member, long next, HistoryEvent change, long beforeRevision, string? beforeValue)
    {
        long last = _events.Count == 0 ? 0 : _events[^1].Revision;
        if (change.Revision < next || change.Revision < last)
        {
            violation($"{member} told revision {change.Revision} again, or out of order, or split: expected {Math.Max(next, last)} or later");
        }

        if (change.Revision <= _promised)
        {
            violation($"{member} told revision {change.Revision} after progress to {_promised}");
        }

        HistoryEvent? before = _newest.GetValueOrDefault(change.Key);
        long expected = before?.Value == null ? 0 : before.Revision;
        if (beforeRevision != expected || beforeValue != before?.Value)
        {
            violation($"{member} told {change.Key} at {change.Revision} with revision {beforeRevision} before it, which is {expected}");
        }

        _newest[change.Key] = change;
        _events.Add(change);
    }
}
