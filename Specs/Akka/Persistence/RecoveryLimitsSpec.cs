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
      recovery-event-timeout = 300ms
    }
    """)
{
    [Fact]
    public void Recovery_without_an_event_in_time_fails_and_gives_its_turn_to_the_next()
    {
        var next = CreateTestProbe();
        Sys.EventStream.Subscribe(TestActor, typeof(string));
        var stalled = Start("stalled");
        Watch(stalled);
        ExpectMsg("asked to replay");
        Sys.ActorOf(ScriptedActor.Props("waiting", next));
        next.ExpectNoMsg(Quiet);

        ExpectMsg<string>(s => s.StartsWith("recovery failure RecoveryTimedOutException", StringComparison.Ordinal));
        ExpectTerminated(stalled);
        next.ExpectMsg("completed at 0");
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
