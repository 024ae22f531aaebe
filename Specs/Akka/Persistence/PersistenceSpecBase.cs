using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public abstract class PersistenceSpecBase : PatientTestKit
{
    private const string Plugins =
        """
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"

        """;

    protected PersistenceSpecBase(string config = "")
        : base(Plugins + config)
    {
    }

    protected static TimeSpan Quiet => TimeSpan.FromMilliseconds(50);

    protected IActorRef Start(
        string persistenceId, Recovery? recovery = null, Action<ScriptedActor, object>? onRecover = null) =>
        Sys.ActorOf(ScriptedActor.Props(persistenceId, TestActor, recovery, onRecover));

    /// <summary>Starts an actor that has nothing stored.</summary>
    protected IActorRef StartNew(string persistenceId)
    {
        var actor = Start(persistenceId);
        ExpectMsg("completed at 0");
        return actor;
    }

    /// <summary>Starts an actor and stores events for it.</summary>
    protected IActorRef StartWith(string persistenceId, params string[] events)
    {
        var actor = StartNew(persistenceId);
        Do(actor, a => a.PersistAll(events, a.Handled));
        foreach (var @event in events)
        {
            ExpectMsg($"handled {@event}");
        }

        return actor;
    }

    protected void Do(IActorRef actor, Action<ScriptedActor> script) => actor.Tell(script, TestActor);

    protected void Stop(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Unwatch(actor);
    }

    protected void ExpectInOrder(params object[] messages) => Assert.Equal(messages, ReceiveN(messages.Length));
}
