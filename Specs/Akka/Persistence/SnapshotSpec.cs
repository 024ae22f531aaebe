using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class SnapshotSpec : PersistenceSpecBase
{
    [Fact]
    public void Snapshot_is_offered_before_the_events_that_follow_it()
    {
        var actor = StartWith("p", "a", "b");
        Save(actor, "state ab");
        Do(actor, a => a.Persist("c", a.Handled));
        ExpectMsg("handled c");
        Stop(actor);

        Start("p");
        ExpectInOrder("offer state ab at 2", "recover c", "completed at 3");
    }

    [Fact]
    public void Newest_snapshot_within_the_criteria_is_offered()
    {
        var actor = StartWith("p", "a");
        Save(actor, "state 1");
        Do(actor, a => a.Persist("b", a.Handled));
        ExpectMsg("handled b");
        Save(actor, "state 2");
        Stop(actor);

        actor = Start("p", new Recovery(new SnapshotSelectionCriteria(1)));
        ExpectInOrder("offer state 1 at 1", "recover b", "completed at 2");
        Stop(actor);

        Start("p", new Recovery(SnapshotSelectionCriteria.None));
        ExpectInOrder("recover a", "recover b", "completed at 2");
    }

    [Fact]
    public void Saved_snapshot_is_announced_with_its_metadata()
    {
        var actor = StartWith("p", "a", "b", "c");
        var metadata = Save(actor, "state");
        Assert.Equal("p", metadata.PersistenceId);
        Assert.Equal(3, metadata.SequenceNr);
    }

    [Fact]
    public void Deleted_snapshot_is_not_offered()
    {
        var actor = StartWith("p", "a");
        Save(actor, "state");
        Do(actor, a => a.DeleteSnapshot(1));
        ExpectMsg<DeleteSnapshotSuccess>(m => m.Metadata.SequenceNr == 1);
        Stop(actor);
        Start("p");
        ExpectInOrder("recover a", "completed at 1");
    }

    [Fact]
    public void Deleting_by_criteria_leaves_newer_snapshots()
    {
        var actor = StartWith("p", "a");
        Save(actor, "state 1");
        Do(actor, a => a.Persist("b", a.Handled));
        ExpectMsg("handled b");
        Save(actor, "state 2");
        var criteria = new SnapshotSelectionCriteria(1);
        Do(actor, a => a.DeleteSnapshots(criteria));
        ExpectMsg<DeleteSnapshotsSuccess>(m => m.Criteria.Equals(criteria));
        Stop(actor);

        actor = Start("p", new Recovery(criteria));
        ExpectInOrder("recover a", "recover b", "completed at 2");
        Stop(actor);
        Start("p");
        ExpectInOrder("offer state 2 at 2", "completed at 2");
    }

    [Fact]
    public void Snapshot_replaces_deleted_events()
    {
        var actor = StartWith("p", "a", "b");
        Save(actor, "state ab");
        Do(actor, a => a.DeleteMessages(2));
        ExpectMsg<DeleteMessagesSuccess>();
        Stop(actor);
        actor = Start("p");
        ExpectInOrder("offer state ab at 2", "completed at 2");
        Do(actor, a => a.Persist("c", _ => a.Report(a.LastSequenceNr)));
        ExpectMsg(3L);
    }

    [Fact]
    public void Loading_on_demand_answers_with_the_snapshot()
    {
        var actor = StartWith("p", "a");
        Save(actor, "state");
        Do(actor, a => a.LoadSnapshot("p", SnapshotSelectionCriteria.Latest, long.MaxValue));
        Assert.Equal("state", ExpectMsg<LoadSnapshotResult>().Snapshot!.Snapshot);
        Do(actor, a => a.LoadSnapshot("unknown", SnapshotSelectionCriteria.Latest, long.MaxValue));
        Assert.Null(ExpectMsg<LoadSnapshotResult>().Snapshot);
    }

    [Fact]
    public void Exception_while_applying_a_snapshot_stops_the_actor()
    {
        var actor = StartWith("p", "a");
        Save(actor, "state");
        Stop(actor);
        actor = Start("p", onRecover: (a, message) =>
        {
            if (message is SnapshotOffer)
            {
                a.Throw("unknown state");
            }
        });
        Watch(actor);
        ExpectMsg("recovery failure InvalidOperationException: unknown state");
        ExpectTerminated(actor);
    }

    private SnapshotMetadata Save(IActorRef actor, object state)
    {
        Do(actor, a => a.SaveSnapshot(state));
        return ExpectMsg<SaveSnapshotSuccess>().Metadata;
    }
}
