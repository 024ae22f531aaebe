using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class RaftLogSpec
{
    [Fact]
    public void Truncation_below_the_commit_is_a_broken_promise()
    {
        var log = Filled(5);
        log.CommitTo(3);
        Assert.Throws<InvariantViolatedException>(() => log.TruncateFrom(3));
        log.TruncateFrom(4);
        Assert.Equal(3, log.LastIndex);
    }

    [Fact]
    public void Commit_never_goes_back_nor_beyond_the_end()
    {
        var log = Filled(5);
        log.CommitTo(3);
        Assert.Throws<InvariantViolatedException>(() => log.CommitTo(2));
        Assert.Throws<InvariantViolatedException>(() => log.CommitTo(6));
    }

    [Fact]
    public void Slice_is_bounded_by_bytes_but_holds_one_entry_at_least()
    {
        var log = Filled(5);
        Assert.Equal(2, log.Slice(2, 5, 70).Length);
        Assert.Single(log.Slice(2, 5, 1));
        Assert.Empty(log.Slice(6, 5, 70));
    }

    [Fact]
    public void Newest_batch_is_handed_out_without_copying()
    {
        var log = new RaftLog(0, 0);
        var batch = System.Collections.Immutable.ImmutableArray.Create(CoreMember.Entry(1, 1), CoreMember.Entry(2, 1));
        log.Append(batch);
        Assert.True(batch == log.Slice(1, 2, long.MaxValue));
    }

    [Fact]
    public void Compaction_keeps_what_slow_followers_may_need()
    {
        var log = Filled(100);
        log.CommitTo(80);
        log.ApplyingTo(80);
        log.AppliedTo(60);
        log.Compact(70, keepEntries: 10, keepBytes: long.MaxValue);
        Assert.Equal((50, 1), (log.BaseIndex, log.TermAt(50)));
        Assert.Equal(-1, log.TermAt(49));
        log.Compact(60, keepEntries: 100, keepBytes: 33 * 5);
        Assert.Equal(55, log.BaseIndex);
        Assert.Equal((100 - 55) * 33, log.SizeBytes);
    }

    [Fact]
    public void Reset_keeps_entries_that_agree_with_the_checkpoint_and_drops_others()
    {
        var agreeing = Filled(10);
        agreeing.Reset(6, 1);
        Assert.Equal((6, 10, 6), (agreeing.BaseIndex, agreeing.LastIndex, agreeing.AppliedIndex));
        var differing = Filled(10);
        differing.Reset(6, 2);
        Assert.Equal((6, 6, 2), (differing.BaseIndex, differing.LastIndex, differing.LastTerm));
        Assert.Equal(0, differing.UncommittedBytes);
    }

    [Fact]
    public void Entries_survive_growth_after_compaction()
    {
        var log = new RaftLog(0, 0);
        for (var index = 1; index <= 1000; index++)
        {
            log.Append([CoreMember.Entry(index, 1, index.ToString())]);
            log.CommitTo(index);
            log.ApplyingTo(index);
            log.AppliedTo(index);
            log.Compact(index, keepEntries: 50, keepBytes: long.MaxValue);
        }

        Assert.Equal(Enumerable.Range(951, 50).Select(i => (long)i), log.Slice(951, 1000, long.MaxValue).Select(e => e.Index));
    }

    private static RaftLog Filled(int count)
    {
        var log = new RaftLog(0, 0);
        log.Append([.. Enumerable.Range(1, count).Select(i => CoreMember.Entry(i, 1))]);
        return log;
    }
}
