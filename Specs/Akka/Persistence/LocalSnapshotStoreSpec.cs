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
        Do(actor, a => a.SaveSnapshot(new byte[] { 0xAB, 0x01 }));
        ExpectMsg<SaveSnapshotSuccess>();
        Stop(actor);

        actor = Start("p/1", onRecover: (a, message) =>
        {
            if (message is SnapshotOffer offer)
            {
                a.Report(Convert.ToHexString((byte[])offer.Snapshot));
            }
        });
        ExpectInOrder("AB01", "offer System.Byte[] at 2", "completed at 2");
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
