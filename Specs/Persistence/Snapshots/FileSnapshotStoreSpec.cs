using ActorEtcd.Persistence.Snapshots;
using ActorEtcd.Specs.Persistence.Journal;
using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Snapshots;

public sealed class FileSnapshotStoreSpec : IDisposable
{
    private const string Id = "raft/α 1";

    /// <summary>By itself the journal refuses what is left when the newest snapshot is damaged.</summary>
    private const string PassesOver = "akka.persistence.journal.etcd-wal.refuse-replay-of-deleted = off";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Newest_snapshot_is_offered_after_a_restart()
    {
        WriteWithSnapshots(3);
        using var second = new JournalHarness(_directory);
        Assert.Equal(["1", "2", "3"], second.Read(second.Start(Id)));
    }

    [Fact]
    public void Only_the_newest_few_are_kept()
    {
        WriteWithSnapshots(8);
        Assert.Equal(5, Snapshots().Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(25)]
    [InlineData(-1)]
    public void Damaged_newest_snapshot_is_reported_and_the_one_before_is_used(int at)
    {
        WriteWithSnapshots(3);
        var newest = Snapshots()[^1];
        var bytes = File.ReadAllBytes(newest);
        bytes[at < 0 ? ^1 : at] ^= 4;
        File.WriteAllBytes(newest, bytes);
        using var second = new JournalHarness(_directory, PassesOver);
        second.System.EventStream.Subscribe(second.System.ActorOf(Reporter.Props(second)), typeof(SnapshotRejected));
        var diary = second.StartUnrecovered(Id);
        var reports = new[] { second.Expect<object>(), second.Expect<object>() };
        var rejected = Assert.Single(reports.OfType<SnapshotRejected>());
        Assert.Equal((newest, 3L), (rejected.File, rejected.Metadata.SequenceNr));
        Assert.Single(reports.OfType<RecoveryCompleted>());
        Assert.Equal(["1", "2", "3"], second.Read(diary));
    }

    [Fact]
    public void Snapshot_cut_short_anywhere_is_passed_over()
    {
        WriteWithSnapshots(2);
        var newest = Snapshots()[^1];
        var bytes = File.ReadAllBytes(newest);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(newest, bytes[..length]);
            using var harness = new JournalHarness(_directory, PassesOver);
            Assert.Equal(["1", "2"], harness.Read(harness.Start(Id)));
        }
    }

    [Fact]
    public void Half_written_snapshot_under_its_temporary_name_is_ignored()
    {
        WriteWithSnapshots(1);
        File.WriteAllText(Snapshots()[0] + ".tmp", "half");
        using var second = new JournalHarness(_directory);
        Assert.Equal(["1"], second.Read(second.Start(Id)));
        Assert.False(File.Exists(Snapshots()[0] + ".tmp"), "what a crash left of a snapshot is still there");
    }

    [Fact]
    public void Snapshot_of_a_killed_process_is_on_the_device_before_it_is_offered()
    {
        var disk = new MemoryFileSystem();
        MemoryFileSystem? killed = null;
        using (var first = new JournalHarness(_directory, files: disk))
        {
            var diary = first.Start(Id);
            first.Write(diary, "1");
            disk.Before = operation => killed ??= disk.History()[^1] == "rename" ? disk.Copy() : null;
            first.Snap(diary);
        }

        string snapshot = Assert.Single(killed!.Files.Keys, static path => path.EndsWith(".snap", StringComparison.Ordinal));
        Assert.DoesNotContain(snapshot, killed.DurableCopy().Files.Keys);
        using var second = new JournalHarness(_directory, files: killed);
        Assert.Equal(["1"], second.Read(second.Start(Id)));
        Assert.Contains(snapshot, killed.DurableCopy().Files.Keys);
    }

    [Fact]
    public void Snapshot_that_is_saved_later_is_the_newer_one_although_the_clock_was_set_back()
    {
        var now = DateTime.UtcNow;
        using (var harness = new JournalHarness(_directory))
        {
            var store = global::Akka.Persistence.Persistence.Instance.Apply(harness.System).SnapshotStoreFor("");
            foreach (var (text, hours) in new[] { ("first", 0), ("second", -3), ("third", -1) })
            {
                Ask<SaveSnapshotSuccess>(store, new SaveSnapshot(new SnapshotMetadata("p", 5, now.AddHours(hours)), new TextEvent(text)));
                Assert.Equal(new TextEvent(text), Load(store, long.MaxValue)?.Snapshot);
            }
        }
    }

    [Fact]
    public void Store_saves_under_the_number_it_is_told_loads_by_criteria_and_deletes()
    {
        using var harness = new JournalHarness(_directory);
        var store = global::Akka.Persistence.Persistence.Instance.Apply(harness.System).SnapshotStoreFor("");
        foreach (var sequenceNr in (long[])[5, 9, 7])
        {
            Ask<SaveSnapshotSuccess>(store, new SaveSnapshot(
                new SnapshotMetadata("p", sequenceNr, DateTime.UtcNow), new TextEvent($"at {sequenceNr}")));
        }

        Assert.Equal(9, Load(store, long.MaxValue)?.Metadata.SequenceNr);
        Assert.Equal(new TextEvent("at 7"), Load(store, 8)?.Snapshot);
        Assert.Null(Load(store, 4));
        Ask<DeleteSnapshotsSuccess>(store, new DeleteSnapshots("p", new SnapshotSelectionCriteria(7)));
        Assert.Null(Load(store, 8));
        Ask<DeleteSnapshotSuccess>(store, new DeleteSnapshot(new SnapshotMetadata("p", 9, DateTime.MinValue)));
        Assert.Null(Load(store, long.MaxValue));
        Assert.Empty(Snapshots());
    }

    private static SelectedSnapshot? Load(IActorRef store, long maxSequenceNr) => Ask<LoadSnapshotResult>(
        store, new LoadSnapshot("p", new SnapshotSelectionCriteria(maxSequenceNr), long.MaxValue)).Snapshot;

    private static T Ask<T>(IActorRef store, object message)
    {
        var answer = store.Ask<T>(message, WalHarness.Patience);
        WalHarness.Finish(answer, $"an answer to {message}");
        return answer.Result;
    }

    private string[] Snapshots() =>
        [.. Directory.GetFiles(Path.Combine(_directory.Path, "snap"), "*.snap").Order(StringComparer.Ordinal)];

    private void WriteWithSnapshots(int count)
    {
        using var harness = new JournalHarness(_directory);
        var diary = harness.Start(Id);
        for (var i = 1; i <= count; i++)
        {
            harness.Write(diary, $"{i}");
            harness.Snap(diary);
        }
    }

    private sealed class Reporter(IObserver<object> owner) : UntypedActor
    {
        public static Props Props(IObserver<object> owner) => global::Akka.Actor.Props.Create(() => new Reporter(owner));

        protected override void OnReceive(object message) => owner.OnNext(message);
    }
}
