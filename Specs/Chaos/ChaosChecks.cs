namespace ActorEtcd.Specs.Chaos;

/// <summary>Compares what clients saw with the history that a watch recorded. Returns what does not fit.</summary>
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
        checks.LaterRequestsSeeEarlierOnes();
        return checks._violations;
    }

    /// <summary>Every revision made a change, and the watch told it; several changes only when a lease took its keys.</summary>
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
                _violations.Add($"nobody asked for {change}");
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
            HistoryEvent? change = _byKey.GetValueOrDefault(write.Key)?.Find(change => change.Revision == write.Revision);
            if (change == null || change.Value != write.Value)
            {
                _violations.Add($"acknowledged, but the history has {change?.ToString() ?? "nothing"}: {write}");
            }
        }
    }

    private void ComparisonsHeld()
    {
        Dictionary<(string, string?), Write> conditional = _log.Writes
            .Where(write => write.ExpectedModRevision >= 0)
            .ToDictionary(write => (write.Key, write.Value));
        foreach (List<HistoryEvent> changes in _byKey.Values)
        {
            HistoryEvent? before = null;
            foreach (HistoryEvent change in changes)
            {
                long revision = before?.Value == null ? 0 : before.Revision;
                if (conditional.TryGetValue((change.Key, change.Value), out Write? write)
                    && write.ExpectedModRevision != revision)
                {
                    _violations.Add($"{change} came after revision {revision}, but was conditional: {write}");
                }

                before = change;
            }
        }
    }

    private void ReadsFitTheHistory()
    {
        foreach (Read read in _log.Reads)
        {
            HistoryEvent? newest = _byKey.GetValueOrDefault(read.Key)?
                .LastOrDefault(change => change.Revision <= read.HeaderRevision);
            long revision = newest?.Value == null ? 0 : newest.Revision;
            if (read.Value != newest?.Value || read.ModRevision != revision)
            {
                _violations.Add($"at revision {read.HeaderRevision} the history has {newest?.ToString() ?? "nothing"}: {read}");
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
}
