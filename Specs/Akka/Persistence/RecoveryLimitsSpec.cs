using Akka.Actor;
using Akka.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class RecoveryLimitsSpec() : PersistenceSpecBase(
    """
    akka.persistence.max-concurrent-recoveries = 1
    akka.persistence.journal.plugin = "stalling-journal"
    stalling-journal {
      class = "ActorEtcd.Specs.Akka.Persistence.RecoveryLimitsSpec+StallingJournal, ActorEtcd.Specs"
      plugin-dispatcher = "akka.actor.default-dispatcher"
      recovery-event-timeout = 1s
    }
    """)
{
    [Fact]
    public void Recovery_without_an_event_in_time_fails_and_gives_its_turn_to_the_next()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(string));
        var stalled = Start("stalled");
        Watch(stalled);
        ExpectMsg("asked to replay");
        Start("waiting");

        // The one who waits tells the same actor when it has recovered: not before the failure of the other.
        ExpectMsg<string>(s => s.StartsWith("recovery failure RecoveryTimedOutException", StringComparison.Ordinal));
        var afterwards = ReceiveN(2);
        Assert.Contains("completed at 0", afterwards);
        Assert.Equal(stalled, Assert.Single(afterwards.OfType<Terminated>()).ActorRef);
    }

    /// <summary>Never answers for the persistence id "stalled".</summary>
    public sealed class StallingJournal : MemoryJournal
    {
        public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
        {
            if (persistenceId != "stalled")
            {
                return base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr);
            }

            Context.System.EventStream.Publish("asked to replay");
            return new TaskCompletionSource<long>().Task;
        }
    }
}
