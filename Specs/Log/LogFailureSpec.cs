using ActorEtcd.Log;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Log;

public sealed class LogFailureSpec : PatientTestKit
{
    public LogFailureSpec()
        : base(
            """
            akka.persistence.journal.plugin = "failing-journal"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            failing-journal {
              class = "ActorEtcd.Specs.Log.FailingJournal, ASSEMBLY"
              plugin-dispatcher = "akka.actor.default-dispatcher"
            }
            """.Replace("ASSEMBLY", typeof(FailingJournal).Assembly.GetName().Name, StringComparison.Ordinal))
    {
    }

    [Fact]
    public void Failed_write_is_reported_never_acknowledged_and_ends_the_actor()
    {
        var parent = CreateTestProbe("parent");
        var raft = CreateTestProbe("raft");
        var log = parent.ChildActorOf(LogActor.Props(new MemberId(1), TimeSpan.FromMilliseconds(250)));
        parent.ExpectMsg<LogRecovered>();
        parent.Watch(log);
        log.Tell(AttachRaft.Instance, raft);
        log.Tell(new PersistTermAndVote(1, 1, new MemberId(1)), raft);
        raft.ExpectMsg<LogPersisted>();
        log.Tell(new PersistTermAndVote(2, 2, new MemberId(1)), raft);
        Assert.Contains("no space left", parent.ExpectMsg<LogUnusable>().Reason, StringComparison.Ordinal);
        parent.ExpectTerminated(log);
        raft.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }
}
