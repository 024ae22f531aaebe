using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class ReplayFilterModeSpec() : PersistenceSpecBase(
    """
    failing-journal {
      class = "ActorEtcd.Specs.Akka.Persistence.ReplayFilterModeSpec+TwoWritersJournal, ActorEtcd.Specs"
      plugin-dispatcher = "akka.actor.default-dispatcher"
      replay-filter.mode = fail
    }
    unfiltered-journal {
      class = "ActorEtcd.Specs.Akka.Persistence.ReplayFilterModeSpec+TwoWritersJournal, ActorEtcd.Specs"
      plugin-dispatcher = "akka.actor.default-dispatcher"
      replay-filter.mode = off
    }
    repairing-journal {
      class = "ActorEtcd.Specs.Akka.Persistence.ReplayFilterModeSpec+TwoWritersJournal, ActorEtcd.Specs"
      plugin-dispatcher = "akka.actor.default-dispatcher"
    }
    """)
{
    [Fact]
    public void Journal_that_fails_on_two_writers_stops_the_actor()
    {
        var actor = StartOn("failing-journal");
        Watch(actor);
        ExpectMsg<string>(s => s.StartsWith("recovery failure", StringComparison.Ordinal));
        ExpectTerminated(actor);
    }

    [Fact]
    public void Journal_without_filter_replays_what_it_has()
    {
        StartOn("unfiltered-journal");
        ExpectInOrder("old 1", "old 2", "new 2", "completed");
    }

    [Fact]
    public void Journal_drops_the_events_of_an_old_writer_by_default()
    {
        StartOn("repairing-journal");
        ExpectInOrder("old 1", "new 2", "completed");
    }

    private IActorRef StartOn(string journal)
    {
        var report = TestActor;
        return Sys.ActorOf(Props.Create(() => new OnJournal(journal, report)));
    }

    public sealed class TwoWritersJournal : MemoryJournal
    {
        public TwoWritersJournal()
        {
            Add(new Persistent("old 1", 1, "p", writerGuid: "old"));
            Add(new Persistent("old 2", 2, "p", writerGuid: "old"));
            Add(new Persistent("new 2", 2, "p", writerGuid: "new"));
        }
    }

    private sealed class OnJournal : ReceivePersistentActor
    {
        private readonly IActorRef _report;

        public OnJournal(string journal, IActorRef report)
        {
            _report = report;
            JournalPluginId = journal;
            Recover<string>(e => report.Tell(e));
            Recover<RecoveryCompleted>(_ => report.Tell("completed"));
        }

        public override string PersistenceId => "p";

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            _report.Tell($"recovery failure {reason.Message}");
    }
}
