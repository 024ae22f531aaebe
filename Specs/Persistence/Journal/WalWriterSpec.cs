using ActorEtcd.Client;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Journal;

public class WalWriterSpec
{
    private readonly MemoryFileSystem _files = new();

    [Fact]
    public void Log_reopened_returns_the_records_in_order()
    {
        using (var wal = WalHarness.Open(WalHarness.Options(_files)))
        {
            wal.AppendBatch("a", "b");
            wal.AppendBatch("");
            wal.AppendBatch(new string('x', 700));
        }

        using (var wal = WalHarness.Open(WalHarness.Options(_files)))
        {
            wal.AppendBatch("c");
        }

        var (records, recovery) = WalHarness.ReadAll(WalHarness.Options(_files));
        Assert.Equal(["a", "b", "", new string('x', 700), "c"], records);
        Assert.Null(recovery.TornTail);
        Assert.Equal(5, recovery.Records);
    }

    [Fact]
    public void Full_segment_is_followed_by_the_next_and_a_record_larger_than_a_segment_fits()
    {
        var written = new List<string>();
        using (var wal = WalHarness.Open(WalHarness.Options(_files)))
        {
            for (var i = 0; i < 40; i++)
            {
                written.Add($"{i}:{new string('y', i * 13)}");
                wal.AppendBatch(written[^1]);
            }

            written.Add(new string('z', 5000));
            written.Add("after");
            wal.AppendBatch(written[^2], written[^1]);
            Assert.InRange(wal.Segments.Count, 10, 60);
        }

        Assert.Equal(written, WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    [Fact]
    public void Batch_larger_than_several_segments_survives_whole()
    {
        var batch = Enumerable.Range(0, 100).Select(i => $"{i}{new string('q', 100)}").ToArray();
        using (var wal = WalHarness.Open(WalHarness.Options(_files)))
        {
            wal.AppendBatch(batch);
        }

        Assert.Equal(batch, WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    [Fact]
    public void Append_is_acknowledged_only_after_the_flush_that_follows_its_write()
    {
        using var wal = WalHarness.Open(WalHarness.Options(_files));
        using var mayFlush = new ManualResetEventSlim();
        using var flushing = new ManualResetEventSlim();
        _files.Before = operation =>
        {
            if (operation == "flush")
            {
                flushing.Set();
                Assert.True(mayFlush.Wait(WalHarness.Patience), "waited for leave to flush");
            }
        };
        var append = wal.Append("a");
        Assert.True(flushing.Wait(WalHarness.Patience), "waited for the flush to begin");
        Assert.False(append.IsCompleted);
        Assert.Equal("write 32", _files.History()[^1]);
        mayFlush.Set();
        WalHarness.Finish(append, "the append");
        Assert.Equal("flush", _files.History().SkipWhile(step => step != "write 32").Skip(1).First());
    }

    [Fact]
    public void Appends_that_arrive_during_a_flush_share_the_next_one()
    {
        using var wal = WalHarness.Open(WalHarness.Options(_files, 1 << 20));
        using var mayFlush = new ManualResetEventSlim();
        using var flushing = new ManualResetEventSlim();
        _files.Before = operation =>
        {
            if (operation == "flush")
            {
                flushing.Set();
                Assert.True(mayFlush.Wait(WalHarness.Patience), "waited for leave to flush");
            }
        };
        var first = wal.Append("first");
        Assert.True(flushing.Wait(WalHarness.Patience), "waited for the flush to begin");
        var rest = new Task[100];
        Parallel.For(0, rest.Length, i => rest[i] = wal.Append($"record {i}"));
        mayFlush.Set();
        WalHarness.Finish(Task.WhenAll(rest.Append(first)), "all appends");
        Assert.Equal(2, _files.History().Count(step => step == "flush"));
    }

    [Theory]
    [InlineData("write 32")]
    [InlineData("flush")]
    public void Failed_write_or_flush_is_fatal_and_nothing_is_acknowledged_any_more(string operation)
    {
        var options = WalHarness.Options(_files);
        var fatal = (RecordingFatalHandler)options.FatalHandler;
        using var wal = WalHarness.Open(options);
        wal.AppendBatch("good");
        var failing = true;
        _files.Before = current =>
        {
            if (failing && current == operation)
            {
                failing = false;
                throw new IOException("no luck");
            }
        };
        var append = wal.Append("b");
        Assert.Throws<WalFailedException>(() => WalHarness.Finish(append, "the append to fail"));
        Assert.Equal("the write-ahead log in /wal failed: no luck", fatal.First.Result);
        var steps = _files.History();
        Assert.Throws<WalFailedException>(() => wal.AppendBatch("c"));
        Assert.Throws<WalFailedException>(() => wal.BeginAppend().Dispose());
        Assert.Equal(steps, _files.History());
        Assert.Equal(1, fatal.Count);
    }

    [Fact]
    public void Failed_creation_of_the_next_segment_is_fatal()
    {
        var options = WalHarness.Options(_files);
        using var wal = WalHarness.Open(options);
        _files.Before = operation => _ = operation is "rename" ? throw new IOException("disk full") : 0;
        var append = wal.Append(new string('x', 600), new string('y', 600));
        Assert.Throws<WalFailedException>(() => WalHarness.Finish(append, "the append to fail"));
        Assert.Equal(1, ((RecordingFatalHandler)options.FatalHandler).Count);
    }

    [Fact]
    public void Disk_without_room_for_the_next_segment_is_fatal_only_when_it_is_needed_and_loses_nothing()
    {
        var options = WalHarness.Options(_files);
        var segmentsWithRoom = 2;
        _files.Before = operation => _ = operation is "reserve" && --segmentsWithRoom < 0
            ? throw new IOException("No space left on device")
            : 0;
        using (var wal = WalHarness.Open(options))
        {
            wal.AppendBatch(new string('x', 600));
            wal.AppendBatch(new string('y', 600));
            var append = wal.Append(new string('z', 600));

            Assert.Throws<WalFailedException>(() => WalHarness.Finish(append, "the append to fail"));
            var fatal = ((RecordingFatalHandler)options.FatalHandler).First.Result;
            Assert.StartsWith("the write-ahead log in /wal failed: cannot reserve 1024 bytes for the next segment /wal/", fatal, StringComparison.Ordinal);
            Assert.EndsWith(": No space left on device", fatal, StringComparison.Ordinal);
        }

        _files.Before = null;
        Assert.Equal([new string('x', 600), new string('y', 600)], WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    [Fact]
    public void Next_segment_is_flushed_before_it_gets_its_name()
    {
        using var wal = WalHarness.Open(WalHarness.Options(_files));
        wal.AppendBatch(new string('x', 600));
        var from = _files.History().Length;
        wal.AppendBatch(new string('y', 600));
        var steps = _files.History()[from..];
        Assert.Equal(["truncate", "flush all"], steps.SkipWhile(step => step != "truncate").Take(2));
        Assert.Equal(
            ["write 64", "flush all", "rename", "flush directory", "write 624", "flush"],
            steps.SkipWhile(step => step != "write 64").Take(6));
        Assert.True(Array.IndexOf(steps, "truncate") < Array.IndexOf(steps, "write 64"));
    }

    [Fact]
    public void Second_owner_is_refused_until_the_first_closes()
    {
        var options = WalHarness.Options(_files);
        using (WalHarness.Open(options))
        {
            Assert.Throws<DirectoryLockedException>(() => WalHarness.Open(options));
        }

        WalHarness.Open(options).Dispose();
    }

    [Fact]
    public void Trim_removes_old_segments_and_they_are_not_missed()
    {
        var options = WalHarness.Options(_files);
        using (var wal = WalHarness.Open(options))
        {
            for (var i = 0; i < 10; i++)
            {
                wal.AppendBatch($"{i}{new string('x', 600)}");
            }

            WalHarness.Finish(wal.TrimAsync(4), "the trim");
            Assert.Equal(4, wal.Segments[0].Sequence);
        }

        var (records, _) = WalHarness.ReadAll(options);
        Assert.Equal(["4", "5", "6", "7", "8", "9"], records.Select(record => record[..1]));
    }

    [Fact]
    public void Interrupted_trim_is_finished_at_the_next_start()
    {
        var options = WalHarness.Options(_files);
        MemoryFileSystem crashed;
        using (var wal = WalHarness.Open(options))
        {
            for (var i = 0; i < 10; i++)
            {
                wal.AppendBatch($"{i}{new string('x', 600)}");
            }

            var deletions = 0;
            _files.Before = operation => _ = operation == "delete" && ++deletions == 3 ? throw new IOException() : 0;
            Assert.Throws<IOException>(() => WalHarness.Finish(wal.TrimAsync(6), "the trim"));
            crashed = _files.Copy();
        }

        using var reopened = WalHarness.Open(WalHarness.Options(crashed));
        Assert.Equal(6, reopened.Segments[0].Sequence);
    }

    [Fact]
    public void Reader_sees_durable_records_while_the_log_is_open()
    {
        using var wal = WalHarness.Open(WalHarness.Options(_files));
        var written = Enumerable.Range(0, 30).Select(i => $"{i}{new string('x', 100)}").ToArray();
        foreach (var record in written)
        {
            wal.AppendBatch(record);
        }

        var read = new List<string>();
        wal.Read(0, (in record) => read.Add(System.Text.Encoding.UTF8.GetString(record.Payload)));
        Assert.Equal(written, read);
    }

    [Fact]
    public void Dropped_append_leaves_nothing()
    {
        using (var wal = WalHarness.Open(WalHarness.Options(_files)))
        {
            using (var append = wal.BeginAppend())
            {
                append.BeginRecord();
                append.EndRecord(WalHarness.Text);
            }

            wal.AppendBatch("kept");
        }

        Assert.Equal(["kept"], WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    [Fact]
    public void Log_on_the_real_disk_works_and_is_locked()
    {
        using var directory = new TemporaryDirectory();
        var options = WalHarness.Options(DiskFileSystem.Instance) with { Directory = directory.Path + "/a/wal" };
        using (var wal = WalHarness.Open(options))
        {
            wal.AppendBatch("a", new string('b', 2000), "c");
            var e = Assert.Throws<DirectoryLockedException>(() => WalHarness.Open(options));
            Assert.Equal(options.Directory, e.Directory);
            Assert.Contains("is in use by another process", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["a", new string('b', 2000), "c"], WalHarness.ReadAll(options).Records);
    }

    [Fact]
    public void File_on_the_real_disk_takes_the_place_of_another()
    {
        using var directory = new TemporaryDirectory();
        var (old, fresh) = (directory.Path + "/old", directory.Path + "/fresh");
        File.WriteAllText(old, "old");
        File.WriteAllText(fresh, "fresh");
        DiskFileSystem.Instance.Rename(fresh, old);
        Assert.Equal("fresh", File.ReadAllText(old));
        Assert.False(File.Exists(fresh));
    }

    [Fact]
    public async Task Foreign_code_that_holds_the_thread_of_a_completion_holds_up_no_later_append()
    {
        using var release = new ManualResetEventSlim();
        using var wal = WalHarness.Open(WalHarness.Options(_files));
        var blocked = new List<Task>();
        for (var i = 0; i < 3; i++)
        {
            // What awaits it runs on the writer's thread after the flush, and stays there.
            var completion = new CompletesRead();
            var entered = new TaskCompletionSource();
            blocked.Add(Block(completion.Read.Completion, entered, release));
            using (var append = wal.BeginAppend())
            {
                append.Commit(completion);
            }

            await entered.Task.WaitAsync(WalHarness.Patience);
        }

        WalHarness.Finish(wal.Append("after"), "an append while three threads are held up");
        release.Set();
        await Task.WhenAll(blocked).WaitAsync(WalHarness.Patience);
    }

    private static async Task Block(ValueTask<bool> read, TaskCompletionSource entered, ManualResetEventSlim release)
    {
        await read;
        entered.SetResult();
        release.Wait(WalHarness.Patience);
    }

    private sealed class CompletesRead : PendingAppend
    {
        public PendingRead Read { get; } = new();

        protected override void Completed(long firstSegment, long lastSegment) => Read.TryComplete(true);

        protected override void Failed(Exception cause) => Read.TryFail(cause);
    }
}
