using Xunit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Each check, given a history that breaks what it holds, says so; and a whole one passes.</summary>
public sealed class ChaosChecksSpec
{
    private static readonly HistoryEvent[] History = [new(2, "a", "1"), new(3, "a", "2"), new(4, "s/0/x", "x"), new(5, "a", null)];

    private readonly ChaosLog _log = new();

    public ChaosChecksSpec()
    {
        Put("a", "1", 0, 10, 2);
        Put("a", "2", 20, 30, 3, expected: 2);
        Put("s/0/x", "x", 40, 50, 4);
        Put("a", null, 60, 70, 5);
    }

    [Fact]
    public void Whole_history_passes()
    {
        Read("a", "2", 3, 4, 52, 55);
        Read("a", null, 0, 5, 75, 80);
        ReadAll("s/0/", 4, [("s/0/x", "x", 4)]);
        Assert.Empty(ChaosChecks.Run(History, _log));
    }

    [Fact]
    public void Lost_write_is_told()
    {
        Put("b", "9", 80, 90, 6);
        Finds("acknowledged, but the history has nothing");
    }

    [Fact]
    public void Write_of_unknown_outcome_may_be_missing()
    {
        Put("b", "9", 80, 90, revision: 0);
        Assert.Empty(ChaosChecks.Run(History, _log));
    }

    [Fact]
    public void Write_that_happened_twice_or_that_nobody_asked_for_is_told()
    {
        Finds("happened before, at revision 2", [.. History, new(6, "a", "1")]);
        Finds("nobody asked for", [.. History, new(6, "b", "9")]);
    }

    [Fact]
    public void Gap_in_the_revisions_is_told() => Finds("where 3 was to come", [History[0], .. History[2..]]);

    [Fact]
    public void Comparison_that_did_not_hold_is_told()
    {
        Put("a", "3", 80, 90, 6, expected: 3);
        Finds("came after revision 0, but was conditional", [.. History, new(6, "a", "3")]);
    }

    [Fact]
    public void Stale_read_is_told()
    {
        Read("a", "1", 2, 2, 35, 38);
        Finds("stale: Read");
    }

    [Fact]
    public void Serializable_read_may_be_old_but_not_invented()
    {
        Read("a", "1", 2, 2, 90, 95, linearizable: false);
        Assert.Empty(ChaosChecks.Run(History, _log));
        Read("a", "1", 2, 3, 90, 95, linearizable: false);
        Finds("at revision 3 the history has");
    }

    [Fact]
    public void Range_that_is_not_the_store_of_any_moment_is_told()
    {
        ReadAll("s/0/", 4, []);
        Finds("below s/0/");
    }

    [Fact]
    public void Two_holders_of_a_lock_are_told()
    {
        _log.Holds.Enqueue(new LockHold("lock", 1, 10, 0, 5, 100));
        _log.Holds.Enqueue(new LockHold("lock", 2, 12, 101, 110, 200));
        Assert.Empty(ChaosChecks.Run(History, _log));
        _log.Holds.Enqueue(new LockHold("lock", 3, 14, 120, 130, 300));
        Finds("two holders at once");
    }

    [Fact]
    public void Guarded_write_of_an_earlier_holder_is_told()
    {
        Put("guarded/0", "12:1", 80, 85, 6);
        Put("guarded/0", "10:1", 90, 95, 7);
        Finds("after a later one", [.. History, new(6, "guarded/0", "12:1"), new(7, "guarded/0", "10:1")]);
    }

    private void Finds(string text, HistoryEvent[]? history = null) =>
        Assert.Contains(ChaosChecks.Run(history ?? History, _log), violation => violation.Contains(text, StringComparison.Ordinal));

    private void Put(string key, string? value, long start, long end, long revision, long expected = -1) =>
        _log.Add(new Write(1, key, value, expected, null, start, end, revision));

    private void Read(string key, string? value, long mod, long header, long start, long end, bool linearizable = true) =>
        _log.Reads.Enqueue(new Read(1, "m", key, linearizable, header, value, mod, start, end));

    private void ReadAll(string prefix, long header, (string, string, long)[] found) =>
        _log.RangeReads.Enqueue(new RangeRead("m", prefix, true, header, found, 52, 55));
}
