using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class RecoverySpec : PersistenceSpecBase
{
    [Fact]
    public void Events_are_replayed_in_order_and_numbering_goes_on()
    {
        Stop(StartWith("p", "a", "b", "c"));
        var actor = Start("p");
        ExpectInOrder("recover a", "recover b", "recover c", "completed at 3");
        Do(actor, a => a.Persist("d", _ => a.Report(a.LastSequenceNr)));
        ExpectMsg(4L);
    }

    [Fact]
    public void Actor_is_recovering_until_recovery_has_completed()
    {
        Stop(StartWith("p", "a"));
        var actor = Start("p", onRecover: (a, message) => a.Report((message is string, a.IsRecovering)));
        ExpectInOrder((true, true), "recover a", (false, false), "completed at 1");
        Do(actor, a => a.Report(a.IsRecoveryFinished));
        ExpectMsg(true);
    }

    [Fact]
    public void Recovery_stops_at_the_sequence_number_that_it_is_given()
    {
        Stop(StartWith("p", "a", "b", "c"));
        Start("p", new Recovery(SnapshotSelectionCriteria.Latest, 2));
        ExpectMsg("recover a");
        ExpectMsg("recover b");
        ExpectMsg<string>(s => s.StartsWith("completed", StringComparison.Ordinal));
    }

    [Fact]
    public void Recovery_replays_at_most_as_many_events_as_it_is_given()
    {
        Stop(StartWith("p", "a", "b", "c"));
        Start("p", new Recovery(SnapshotSelectionCriteria.Latest, long.MaxValue, 1));
        ExpectMsg("recover a");
        ExpectMsg("completed at 3");
    }

    [Fact]
    public void Recovery_of_nothing_still_knows_the_highest_sequence_number()
    {
        Stop(StartWith("p", "a", "b"));
        var actor = Start("p", Recovery.None);
        ExpectMsg("completed at 2");
        Do(actor, a => a.Persist("c", _ => a.Report(a.LastSequenceNr)));
        ExpectMsg(3L);
    }

    [Fact]
    public void Exception_during_replay_stops_the_actor()
    {
        Stop(StartWith("p", "a", "b"));
        var actor = Start("p", onRecover: (a, message) =>
        {
            if (message is "b")
            {
                a.Throw("cannot apply");
            }
        });
        Watch(actor);
        ExpectMsg("recover a");
        ExpectMsg("recovery failure InvalidOperationException: cannot apply");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Deleted_events_are_not_replayed_and_their_numbers_are_not_used_again()
    {
        var actor = StartWith("p", "a", "b", "c");
        Do(actor, a => a.DeleteMessages(2));
        ExpectMsg<DeleteMessagesSuccess>(m => m.ToSequenceNr == 2);
        Stop(actor);

        actor = Start("p");
        ExpectInOrder("recover c", "completed at 3");
        Do(actor, a => a.DeleteMessages(long.MaxValue));
        ExpectMsg<DeleteMessagesSuccess>(m => m.ToSequenceNr == 3);
        Stop(actor);

        Start("p");
        ExpectMsg("completed at 3");
    }

    [Fact]
    public void Events_after_the_last_one_cannot_be_deleted()
    {
        var actor = StartWith("p", "a");
        Do(actor, a => a.DeleteMessages(2));
        ExpectMsg<DeleteMessagesFailure>(m => m.ToSequenceNr == 2);
    }

    [Fact]
    public void Restart_after_an_exception_in_a_command_recovers_again()
    {
        var actor = StartWith("p", "a");
        Do(actor, a => a.Throw("restart"));
        actor.Tell("next", TestActor);
        ExpectInOrder("recover a", "completed at 1", "next");
    }

    [Fact]
    public void Streams_of_two_persistence_ids_are_separate()
    {
        Stop(StartWith("p", "a"));
        Stop(StartWith("q", "b"));
        Start("q");
        ExpectInOrder("recover b", "completed at 1");
    }
}
