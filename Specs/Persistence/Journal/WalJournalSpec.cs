using ActorEtcd.Persistence;
using ActorEtcd.Persistence.Journal;
using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Journal;

public sealed class WalJournalSpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Events_survive_a_restart_in_order()
    {
        using (var first = new JournalHarness(_directory))
        {
            var diary = first.Start("a");
            Assert.Equal(1, first.Write(diary, "one"));
            Assert.Equal(3, first.Write(diary, "two", "three"));
            var other = first.Start("b");
            Assert.Equal(1, first.Write(other, "elsewhere"));
        }

        using (var second = new JournalHarness(_directory))
        {
            var diary = second.Start("a");
            Assert.Equal(["one", "two", "three"], second.Read(diary));
            Assert.Equal(4, second.Write(diary, "four"));
        }

        using var third = new JournalHarness(_directory);
        Assert.Equal(["one", "two", "three", "four"], third.Read(third.Start("a")));
        Assert.Equal(["elsewhere"], third.Read(third.Start("b")));
    }

    [Fact]
    public void Actor_restarted_in_the_same_system_recovers_what_is_on_its_way()
    {
        using var harness = new JournalHarness(_directory);
        var diary = harness.Start("a");
        for (var i = 0; i < 50; i++)
        {
            diary.Tell(new DiaryActor.Write($"{i}"));
        }

        harness.Write(diary, "last");
        harness.System.Stop(diary);
        Assert.Equal(51, harness.Read(harness.Start("a")).Length);
    }

    [Fact]
    public void Buffer_serializer_writes_payloads_directly()
    {
        using var harness = new JournalHarness(_directory);
        var before = TextEventSerializer.DirectWrites;
        harness.Write(harness.Start("a"), "one");
        Assert.True(TextEventSerializer.DirectWrites > before);
    }

    [Fact]
    public void Replay_filter_fails_on_bad_order()
    {
        var journal = PersistenceConfig.Default().GetConfig(PersistenceConfig.JournalPluginId);
        Assert.Equal("fail", journal.GetString("replay-filter.mode"));
        Assert.True(journal.GetBoolean("refuse-replay-of-deleted"));
        Assert.True(journal.GetTimeSpan("circuit-breaker.call-timeout") > TimeSpan.FromHours(1));
    }

    [Fact]
    public void Deleted_events_free_their_segments_and_their_numbers_are_not_used_again()
    {
        var text = new string('x', 1000);
        using (var first = new JournalHarness(_directory))
        {
            var quiet = first.Start("quiet");
            first.Write(quiet, "only");
            first.Forget(quiet, 1);
            var diary = first.Start("a");
            for (var i = 0; i < 20; i++)
            {
                first.Write(diary, text);
            }

            Assert.True(first.Segments.Length > 4);
            first.Snap(diary);
            first.Forget(diary, 20);
            Assert.InRange(first.Segments.Length, 1, 2);
        }

        using var second = new JournalHarness(_directory, "akka.persistence.journal.etcd-wal.refuse-replay-of-deleted = off");
        var reopened = second.Start("a");
        Assert.Equal(20, second.Read(reopened).Length);
        Assert.Equal(21, second.Write(reopened, "next"));
        var forgotten = second.Start("quiet");
        Assert.Empty(second.Read(forgotten));
        Assert.Equal(2, second.Write(forgotten, "second"));
    }

    [Fact]
    public void Events_after_the_deleted_ones_are_replayed_on_top_of_the_snapshot()
    {
        using (var first = new JournalHarness(_directory))
        {
            var diary = first.Start("a");
            first.Write(diary, "one", "two");
            first.Snap(diary);
            first.Write(diary, "three");
            first.Forget(diary, 2);
        }

        using var second = new JournalHarness(_directory);
        Assert.Equal(["one", "two", "three"], second.Read(second.Start("a")));
    }

    [Fact]
    public void Recovery_without_the_snapshot_that_replaced_deleted_events_is_refused()
    {
        using (var first = new JournalHarness(_directory))
        {
            var diary = first.Start("a");
            first.Write(diary, "one", "two");
            first.Snap(diary);
            first.Forget(diary, 1);
            Directory.Delete(first.SnapDirectory, recursive: true);
        }

        using var second = new JournalHarness(_directory);
        second.StartUnrecovered("a");
        var e = second.Expect<WalEventsDeletedException>();
        Assert.Equal(("a", 1L, 1L), (e.PersistenceId, e.FromSequenceNr, e.DeletedTo));
    }

    [Fact]
    public void Recovery_without_the_newest_snapshot_is_refused_although_no_event_was_deleted()
    {
        using (var first = new JournalHarness(_directory))
        {
            var diary = first.Start("a");
            first.Write(diary, "one", "two");
            first.Snap(diary);
            first.Write(diary, "three");
            var snapshot = Assert.Single(Directory.GetFiles(first.SnapDirectory));
            var bytes = File.ReadAllBytes(snapshot);
            bytes[^1] ^= 1;
            File.WriteAllBytes(snapshot, bytes);
        }

        using var second = new JournalHarness(_directory);
        second.StartUnrecovered("a");
        Assert.Equal("a", second.Expect<WalSnapshotDamagedException>().PersistenceId);
    }

    [Fact]
    public void Damaged_log_fails_recovery_with_file_and_offset()
    {
        string damaged;
        using (var first = new JournalHarness(_directory))
        {
            var diary = first.Start("a");
            first.Write(diary, "one");
            first.Write(diary, "two");
            damaged = first.Segments[0];
        }

        using (var file = File.OpenHandle(damaged, access: FileAccess.Write))
        {
            RandomAccess.Write(file, "#"u8, 64 + 30);
        }

        using var second = new JournalHarness(_directory);
        second.StartUnrecovered("a");
        var e = second.Expect<WalCorruptedException>();
        Assert.Equal((damaged, 64L), (e.File, e.Offset));
    }

    [Fact]
    public void Log_of_another_member_fails_recovery()
    {
        using (var first = new JournalHarness(_directory))
        {
            first.Write(first.Start("a"), "one");
        }

        using var second = new JournalHarness(_directory, "akka.persistence.journal.etcd-wal.member-id = a2");
        second.StartUnrecovered("a");
        Assert.Equal("it belongs to member a1, this member is a2", second.Expect<WalForeignException>().Reason);
    }

    [Fact]
    public void Failed_flush_is_fatal_and_nothing_is_acknowledged_any_more()
    {
        using var harness = new JournalHarness(_directory);
        var files = new MemoryFileSystem();
        WalServices.Get(harness.System).FileSystem = files;
        var diary = harness.Start("a");
        harness.Write(diary, "good");
        files.Before = operation => _ = operation == "flush" ? throw new IOException("no luck") : 0;
        diary.Tell(new DiaryActor.Write("lost"));
        var e = harness.Expect<WalFailedException>();
        Assert.Equal("no luck", e.InnerException?.Message);
        Assert.EndsWith("failed: no luck", harness.Fatal.First.Result, StringComparison.Ordinal);
        harness.StartUnrecovered("b");
        harness.Expect<WalFailedException>();
        Assert.Equal(1, harness.Fatal.Count);
    }

    [Fact]
    public void Event_that_cannot_be_serialized_is_rejected_and_leaves_nothing_behind()
    {
        using (var first = new JournalHarness(_directory))
        {
            var diary = first.Start("a");
            first.Write(diary, "one");
            diary.Tell(new DiaryActor.Write("unserializable"));
            Assert.Equal("cannot be serialized", first.Expect<InvalidOperationException>().Message);
        }

        using var second = new JournalHarness(_directory);
        Assert.Equal(["one"], second.Read(second.Start("a")));
    }

    [Fact]
    public void Many_writers_share_flushes()
    {
        const int Writers = 50;
        const int Writes = 20;
        using var harness = new JournalHarness(_directory, "akka.persistence.journal.etcd-wal.segment-bytes = 1048576");
        var diaries = Enumerable.Range(0, Writers).Select(i => harness.Start($"diary {i}")).ToArray();
        var before = harness.Flushes;
        var answers = diaries.SelectMany(diary => Enumerable.Range(0, Writes).Select(i =>
            diary.Ask<DiaryActor.Written>(new DiaryActor.Write($"{i}"), WalHarness.Patience))).ToArray();
        WalHarness.Finish(Task.WhenAll(answers), "all writes");
        Assert.InRange(harness.Flushes - before, 1, Writers * Writes / 2);
    }
}
