using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Log;

public sealed class LogStateSpec
{
    [Fact]
    public void Later_append_with_a_lower_index_replaces_the_suffix()
    {
        var state = new LogState();
        state.Fold(Appended(0, Entry(1, 1), Entry(2, 1), Entry(3, 1)), 1);
        state.Fold(Appended(1, Entry(2, 2)), 2);
        Assert.Equal([1L, 2L], state.ToRecovered().Entries.Select(e => e.Term));
    }

    [Fact]
    public void Vote_of_the_term_of_a_snapshot_is_not_forgotten_by_older_events()
    {
        var state = new LogState();
        state.Restore(new LogSnapshot(Manifest(4, 2), 7, new MemberId(3), 4), 10);
        state.Fold(new LogEvent.TermAndVoteChanged(6, new MemberId(1)), 11);
        state.Fold(new LogEvent.TermAndVoteChanged(7, MemberId.None), 12);
        Assert.Equal((7, new MemberId(3)), (state.Term, state.Vote));
    }

    [Fact]
    public void Gap_is_a_broken_promise()
    {
        var state = new LogState();
        Assert.Throws<InvariantViolatedException>(() => state.Fold(Appended(3, Entry(4, 1)), 1));
    }

    /// <summary>A snapshot at any checkpoint plus the events after it replays to the live fold.</summary>
    [Fact]
    public void Replay_from_any_checkpoint_equals_the_live_fold()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var live = new LogState();
            var journal = new List<(long SequenceNr, LogEvent Event)>();
            (long SequenceNr, LogSnapshot Snapshot)? saved = null;
            var term = 1L;
            var committed = 0L;
            for (var sequenceNr = 1L; sequenceNr <= 60; sequenceNr++)
            {
                var logEvent = RandomEvent(random, live, ref term, ref committed);
                journal.Add((sequenceNr, logEvent));
                live.Fold(logEvent, sequenceNr);
                if (random.Next(8) == 0 && committed > live.BaseIndex)
                {
                    var index = random.NextInt64(live.BaseIndex + 1, committed + 1);
                    var manifest = Manifest(index, term);
                    var covered = live.SequenceNrCoveredBy(index);
                    saved = (covered, live.SnapshotOf(manifest));
                    live.Compact(manifest);
                    journal.RemoveAll(written => written.SequenceNr <= covered);
                }

                Check(seed, live, journal, saved);
            }
        }
    }

    private static void Check(
        int seed, LogState live, List<(long SequenceNr, LogEvent Event)> journal, (long SequenceNr, LogSnapshot Snapshot)? saved)
    {
        var replayed = new LogState();
        if (saved is { } snapshot)
        {
            replayed.Restore(snapshot.Snapshot, snapshot.SequenceNr);
        }

        foreach (var (sequenceNr, logEvent) in journal)
        {
            replayed.Fold(logEvent, sequenceNr);
        }

        var (expected, actual) = (live.ToRecovered(), replayed.ToRecovered());
        Assert.True(
            expected.Entries.SequenceEqual(actual.Entries) && expected.Term == actual.Term
            && expected.Vote == actual.Vote && expected.BaseIndex == actual.BaseIndex,
            $"seed {seed}: {expected} became {actual}");
    }

    private static LogEvent RandomEvent(Random random, LogState live, ref long term, ref long committed)
    {
        switch (random.Next(10))
        {
            case 0:
                term++;
                return new LogEvent.TermAndVoteChanged(term, new MemberId((ulong)random.Next(3)));
            case 1 when live.LastIndex > committed:
                committed = random.NextInt64(committed, live.LastIndex + 1);
                return new LogEvent.CommitAdvanced(committed);
            case 2 when random.Next(4) == 0:
                committed = Math.Max(committed, live.LastIndex + random.Next(-2, 5));
                return new LogEvent.LogReset(Manifest(Math.Max(committed, 1), term));
            default:
                var prev = random.NextInt64(Math.Min(committed, live.LastIndex), live.LastIndex + 1);
                var currentTerm = term;
                return Appended(prev, [.. Enumerable.Range(1, random.Next(1, 5)).Select(i => Entry(prev + i, currentTerm))]);
        }
    }

    private static LogEvent.EntriesAppended Appended(long prevIndex, params LogEntry[] entries) =>
        new(prevIndex, [.. entries], 0);

    private static LogEntry Entry(long index, long term) => new(index, term, EntryKind.Command, default);

    private static CheckpointManifest Manifest(long index, long term) =>
        new(index, term, RaftConfiguration.Empty, StoreManifest.Empty, Bytes.Empty);
}
