namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Compares what clients saw with the history that a watch recorded. Every change has a revision of its own, so their
/// order is the order of the whole store: it is linearizable when each request fits the store at its revision and
/// revisions follow real time. Returns what does not fit.
/// </summary>
internal sealed class ChaosChecks
{
    private readonly HistoryEvent[] _history;
    private readonly ChaosLog _log;
    private readonly Dictionary<string, List<HistoryEvent>> _byKey = [];
    private readonly List<string> _violations = [];

    private ChaosChecks(HistoryEvent[] history, ChaosLog log)
    {
        _history = history;
        _log = log;
        foreach (HistoryEvent change in history)
        {
            if (!_byKey.TryGetValue(change.Key, out List<HistoryEvent>? changes))
            {
                _byKey[change.Key] = changes = [];
            }

            changes.Add(change);
        }
    }

    public static IReadOnlyList<string> Run(HistoryEvent[] history, ChaosLog log)
    {
        var checks = new ChaosChecks(history, log);
        checks.RevisionsHaveNoGap();
        checks.EveryChangeWasAskedForOnce();
        checks.AcknowledgedWritesAreInTheHistory();
        checks.ComparisonsHeld();
        checks.ReadsFitTheHistory();
        checks.RangesFitTheHistory();
        checks.LaterRequestsSeeEarlierOnes();
        checks.LocksExcludeEachOther();
        checks.GuardedWritesFollowTheirTokens();
        return checks._violations;
    }

    /// <summary>A watch tells, of what it was asked for, what the whole history has, as far as it got.</summary>
    /// <param name="whole">What the watch of everything told.</param>
    /// <param name="told">What the watch told.</param>
    /// <param name="prefix">Of what it was asked for; null for everything.</param>
    public static IEnumerable<string> Compare(IReadOnlyList<HistoryEvent> whole, IReadOnlyList<HistoryEvent> told, string? prefix)
    {
        HistoryEvent[] expected = [.. whole.Where(change => prefix == null || change.Key.StartsWith(prefix, StringComparison.Ordinal))];
        int same = expected.Zip(told).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same != told.Count)
        {
            yield return $"two watches differ from event {same}: {(same < expected.Length ? expected[same] : "nothing")}, {told[same]}";
        }
    }

    /// <summary>Every revision made a change, and the watch told it.</summary>
    private void RevisionsHaveNoGap()
    {
        long expected = 2;
        foreach (HistoryEvent change in _history)
        {
            if (change.Revision != expected && change.Revision != expected - 1)
            {
                _violations.Add($"the watch told revision {change.Revision} where {expected} was to come");
            }

            expected = change.Revision + 1;
        }
    }

    private void EveryChangeWasAskedForOnce()
    {
        HashSet<(string, string)> asked = [.. _log.Writes.Where(w => w.Value != null).Select(w => (w.Key, w.Value!))];
        var seen = new Dictionary<(string, string), long>();
        foreach (HistoryEvent change in _history.Where(change => change.Value != null))
        {
            (string, string) put = (change.Key, change.Value!);
            if (!asked.Contains(put))
            {
                _violations.Add($"nobody asked for {change}, or it was refused");
            }
            else if (!seen.TryAdd(put, change.Revision))
            {
                _violations.Add($"{change} happened before, at revision {seen[put]}");
            }
        }
    }

    private void AcknowledgedWritesAreInTheHistory()
    {
        foreach (Write write in _log.Writes.Where(write => write.Revision != 0))
        {
            HistoryEvent? change = NewestAt(write.Key, write.Revision);
            if (change == null || change.Revision != write.Revision || change.Value != write.Value)
            {
                _violations.Add($"acknowledged, but the history has {change?.ToString() ?? "nothing"}: {write}");
            }
        }
    }

    private void ComparisonsHeld()
    {
        Dictionary<(string, string?), Write> conditional = _log.Writes
            .Where(write => write.ExpectedModRevision >= 0 && write.Value != null)
            .ToDictionary(write => (write.Key, write.Value));
        foreach (List<HistoryEvent> changes in _byKey.Values)
        {
            HistoryEvent? before = null;
            foreach (HistoryEvent change in changes)
            {
                if (conditional.TryGetValue((change.Key, change.Value), out Write? write)
                    && write.ExpectedModRevision != RevisionOf(before))
                {
                    _violations.Add($"{change} came after revision {RevisionOf(before)}, but was conditional: {write}");
                }

                before = change;
            }
        }
    }

    private void ReadsFitTheHistory()
    {
        foreach (Read read in _log.Reads)
        {
            HistoryEvent? newest = NewestAt(read.Key, read.HeaderRevision);
            if (read.Value != newest?.Value || read.ModRevision != RevisionOf(newest))
            {
                _violations.Add($"at revision {read.HeaderRevision} the history has {newest?.ToString() ?? "nothing"}: {read}");
            }
        }
    }

    private void RangesFitTheHistory()
    {
        ILookup<string, string> keys = _byKey.Keys.ToLookup(key => key[..(key.LastIndexOf('/') + 1)]);
        foreach (RangeRead read in _log.RangeReads)
        {
            (string, string, long)[] expected =
            [
                .. keys[read.Prefix].Order(StringComparer.Ordinal)
                    .Select(key => NewestAt(key, read.HeaderRevision))
                    .Where(newest => newest?.Value != null)
                    .Select(newest => (newest!.Key, newest.Value!, newest.Revision)),
            ];
            if (!expected.SequenceEqual(read.Found))
            {
                _violations.Add($"at revision {read.HeaderRevision} the history has [{string.Join(' ', expected)}] below "
                    + $"{read.Prefix}, {read.Member} answered [{string.Join(' ', read.Found)}]");
            }
        }
    }

    /// <summary>What ended before a linearizable request began is included in what that request saw.</summary>
    private void LaterRequestsSeeEarlierOnes()
    {
        IEnumerable<(long StartedAt, long FinishedAt, long Revision, bool IsWrite, object What)> requests =
        [
            .. _log.Writes.Where(w => w.Revision != 0).Select(w => (w.StartedAt, w.FinishedAt, w.Revision, true, (object)w)),
            .. _log.Reads.Where(r => r.Linearizable).Select(r => (r.StartedAt, r.FinishedAt, r.HeaderRevision, false, (object)r)),
            .. _log.RangeReads.Where(r => r.Linearizable).Select(r => (r.StartedAt, r.FinishedAt, r.HeaderRevision, false, (object)r)),
        ];
        var byStart = requests.OrderBy(request => request.StartedAt).ToArray();
        var byEnd = requests.OrderBy(request => request.FinishedAt).ToArray();
        int ended = 0;
        (long Revision, object? What) newest = (0, null);
        foreach (var request in byStart)
        {
            for (; ended < byEnd.Length && byEnd[ended].FinishedAt < request.StartedAt; ended++)
            {
                if (byEnd[ended].Revision > newest.Revision)
                {
                    newest = (byEnd[ended].Revision, byEnd[ended].What);
                }
            }

            if (request.Revision < newest.Revision || (request.IsWrite && request.Revision == newest.Revision))
            {
                _violations.Add($"stale: {request.What} began after the end of {newest.What}");
            }
        }
    }

    /// <summary>Nobody got a lock while the lease of another who had it could not have ended; tokens grow.</summary>
    private void LocksExcludeEachOther()
    {
        foreach (IGrouping<string, LockHold> holds in _log.Holds.GroupBy(hold => hold.Lock))
        {
            LockHold[] byToken = [.. holds.OrderBy(hold => hold.Token)];
            foreach ((LockHold before, LockHold after) in byToken.Zip(byToken.Skip(1)))
            {
                if (after.HeldFrom < before.HeldFrom && after.HeldFrom < before.AskedAt)
                {
                    _violations.Add($"token {after.Token} was given before {before.Token} was asked for: {after}, {before}");
                }

                if (after.AskedAt >= before.HeldFrom && after.HeldFrom < before.HeldUntil)
                {
                    _violations.Add($"two holders at once: {before}, {after}");
                }
            }
        }
    }

    /// <summary>A write under a lock compares the token; so in the history tokens never go back.</summary>
    private void GuardedWritesFollowTheirTokens()
    {
        foreach ((string key, List<HistoryEvent> changes) in _byKey.Where(pair => pair.Key.StartsWith("guarded/", StringComparison.Ordinal)))
        {
            long[] tokens = [.. changes.Where(change => change.Value != null).Select(change => LockHolders.TokenOf(change.Value!))];
            if (!tokens.SequenceEqual(tokens.Order()))
            {
                _violations.Add($"a holder wrote {key} after a later one: {string.Join(' ', tokens)}");
            }
        }
    }

    private HistoryEvent? NewestAt(string key, long revision)
    {
        if (!_byKey.TryGetValue(key, out List<HistoryEvent>? changes))
        {
            return null;
        }

        int low = 0;
        int high = changes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = changes[middle].Revision <= revision ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : changes[low - 1];
    }

    private static long RevisionOf(HistoryEvent? change) => change?.Value == null ? 0 : change.Revision;
}
