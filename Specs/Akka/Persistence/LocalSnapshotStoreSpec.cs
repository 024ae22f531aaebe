using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class LocalSnapshotStoreSpec : PersistenceSpecBase
{
    private readonly string _directory;

    public LocalSnapshotStoreSpec()
        : this(Path.Combine(Path.GetTempPath(), $"snapshots-{Guid.NewGuid():N}"))
    {
    }

    private LocalSnapshotStoreSpec(string directory)
        : base(
            $$"""
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.local"
            akka.persistence.snapshot-store.local.dir = "{{directory}}"
            """)
    {
        _directory = directory;
    }

    [Fact]
    public void Snapshot_in_a_file_is_offered_and_can_be_deleted()
    {
        var actor = StartWith("p/1", "a", "b");
        Do(actor, a => a.SaveSnapshot("state ab"));
        ExpectMsg<SaveSnapshotSuccess>(TimeSpan.FromSeconds(10));
        Stop(actor);

        actor = Start("p/1");
        ExpectInOrder("offer state ab at 2", "completed at 2");
        Do(actor, a => a.DeleteSnapshot(2));
        ExpectMsg<DeleteSnapshotSuccess>();
        Stop(actor);

        Start("p/1");
        ExpectInOrder("recover a", "recover b", "completed at 2");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
