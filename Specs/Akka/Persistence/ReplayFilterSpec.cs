using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class ReplayFilterSpec : PersistenceSpecBase
{
    [Fact]
    public void Filter_passes_one_writer_and_ends_with_the_recovery()
    {
        var filter = StartFilter(ReplayFilterMode.Fail);
        Watch(filter);
        Replay(filter, ("w1", 1), ("w1", 2), ("w1", 3));
        ExpectReplayed(1, 2, 3);
        ExpectMsg<RecoverySuccess>();
        ExpectTerminated(filter);
    }

    [Fact]
    public void Filter_passes_a_new_writer_that_goes_on_where_the_old_one_ended()
    {
        Replay(StartFilter(ReplayFilterMode.Fail), ("w1", 1), ("w1", 2), ("w2", 3), ("w3", 4));
        ExpectReplayed(1, 2, 3, 4);
        ExpectMsg<RecoverySuccess>();
    }

    [Fact]
    public void Failing_filter_refuses_a_sequence_number_that_goes_back()
    {
        Replay(StartFilter(ReplayFilterMode.Fail), ("w1", 1), ("w1", 3), ("w1", 2));
        ExpectFailure();
    }

    [Fact]
    public void Failing_filter_refuses_an_event_that_a_new_writer_wrote_again()
    {
        Replay(StartFilter(ReplayFilterMode.Fail), ("w1", 1), ("w1", 2), ("w2", 2));
        ExpectFailure();
    }

    [Fact]
    public void Failing_filter_refuses_an_event_of_a_replaced_writer()
    {
        Replay(StartFilter(ReplayFilterMode.Fail), ("w1", 1), ("w2", 2), ("w1", 3));
        ExpectFailure();
    }

    [Fact]
    public void Repairing_filter_drops_the_events_of_the_old_writer()
    {
        Replay(StartFilter(ReplayFilterMode.RepairByDiscardOld), ("w1", 1), ("w1", 2), ("w1", 3), ("w2", 2), ("w1", 4));
        Assert.Equal(("w1", 1L), NextReplayed());
        Assert.Equal(("w2", 2L), NextReplayed());
        ExpectMsg<RecoverySuccess>();
    }

    [Fact]
    public void Warning_filter_keeps_everything()
    {
        Replay(StartFilter(ReplayFilterMode.Warn), ("w1", 1), ("w1", 2), ("w2", 2), ("w1", 3));
        ExpectReplayed(1, 2, 2, 3);
        ExpectMsg<RecoverySuccess>();
    }

    [Fact]
    public void Filter_holds_back_no_more_than_its_window()
    {
        var filter = StartFilter(ReplayFilterMode.Fail, windowSize: 2);
        for (var i = 1; i <= 3; i++)
        {
            filter.Tell(Replayed("w1", i));
        }

        ExpectReplayed(1);
        ExpectNoMsg(Quiet);
    }

    private static ReplayedMessage Replayed(string writer, long sequenceNr) =>
        new(new Persistent("e", sequenceNr, "p", writerGuid: writer));

    private IActorRef StartFilter(ReplayFilterMode mode, int windowSize = 100) =>
        Sys.ActorOf(ReplayFilter.Props(TestActor, mode, windowSize, 10, false));

    private void Replay(IActorRef filter, params (string Writer, long SequenceNr)[] events)
    {
        foreach (var (writer, sequenceNr) in events)
        {
            filter.Tell(Replayed(writer, sequenceNr));
        }

        filter.Tell(new RecoverySuccess(events[^1].SequenceNr));
    }

    private (string Writer, long SequenceNr) NextReplayed()
    {
        var persistent = ExpectMsg<ReplayedMessage>().Persistent;
        return (persistent.WriterGuid, persistent.SequenceNr);
    }

    private void ExpectReplayed(params long[] sequenceNrs)
    {
        foreach (var sequenceNr in sequenceNrs)
        {
            Assert.Equal(sequenceNr, NextReplayed().SequenceNr);
        }
    }

    private void ExpectFailure()
    {
        var failure = ExpectMsg<ReplayMessagesFailure>();
        Assert.Contains("Invalid replayed event", failure.Cause.Message);
        ExpectNoMsg(Quiet);
    }
}
