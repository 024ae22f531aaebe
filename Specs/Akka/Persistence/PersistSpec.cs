using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class PersistSpec : PersistenceSpecBase
{
    [Fact]
    public void Persist_calls_the_handler_with_the_event_and_its_sequence_number()
    {
        var actor = StartNew("p");
        Do(actor, a => a.Persist("e", e => a.Report((e, a.LastSequenceNr))));
        ExpectMsg(("e", 1L));
        Do(actor, a => a.Persist("f", e => a.Report((e, a.LastSequenceNr))));
        ExpectMsg(("f", 2L));
    }

    [Fact]
    public void Persist_makes_commands_wait_for_its_handler()
    {
        var actor = StartNew("p");
        Do(actor, a => a.Persist("e", a.Handled));
        actor.Tell("next", TestActor);
        Do(actor, a => a.Persist("f", a.Handled));
        actor.Tell("last", TestActor);
        ExpectInOrder("handled e", "next", "handled f", "last");
    }

    [Fact]
    public void Handler_answers_the_sender_of_the_command()
    {
        var actor = StartNew("p");
        var client = CreateTestProbe();
        Action<ScriptedActor> script = a => a.Persist("e", e => a.Reply($"done {e}"));
        client.Send(actor, script);
        client.ExpectMsg("done e");
        Assert.Equal(actor, client.LastSender);
    }

    [Fact]
    public void Several_persists_of_one_command_run_in_order_before_the_next_command()
    {
        var actor = StartNew("p");
        Do(actor, a =>
        {
            a.Persist("a", a.Handled);
            a.Persist(2, e => a.Handled(e));
            a.Persist("c", a.Handled);
            a.Report("command done");
        });
        actor.Tell("next", TestActor);
        ExpectInOrder("command done", "handled a", "handled 2", "handled c", "next");
    }

    [Fact]
    public void Persist_inside_a_handler_runs_before_the_next_command()
    {
        var actor = StartNew("p");
        Do(actor, a => a.Persist("outer", e =>
        {
            a.Handled(e);
            a.Persist("inner", a.Handled);
        }));
        actor.Tell("next", TestActor);
        ExpectInOrder("handled outer", "handled inner", "next");
    }

    [Fact]
    public void PersistAll_calls_the_handler_for_each_event_in_order()
    {
        var actor = StartNew("p");
        Do(actor, a => a.PersistAll(["a", "b", "c"], e => a.Report((e, a.LastSequenceNr))));
        actor.Tell("next", TestActor);
        ExpectInOrder(("a", 1L), ("b", 2L), ("c", 3L), "next");
    }

    [Fact]
    public void PersistAll_of_nothing_does_not_block_commands()
    {
        var actor = StartNew("p");
        Do(actor, a => a.PersistAll(Array.Empty<string>(), a.Handled));
        actor.Tell("next", TestActor);
        ExpectMsg("next");
    }

    [Fact]
    public void Persist_during_recovery_is_refused()
    {
        Stop(StartWith("p", "e"));
        var actor = Start("p", onRecover: (a, message) =>
        {
            if (message is string)
            {
                a.Persist("x", _ => { });
            }
        });
        Watch(actor);
        ExpectMsg<string>(s => s.StartsWith("recovery failure InvalidOperationException", StringComparison.Ordinal));
        ExpectTerminated(actor);
    }

    [Fact]
    public void Persist_on_completed_recovery_runs_before_commands()
    {
        var actor = Start("p", onRecover: (a, message) =>
        {
            if (message is RecoveryCompleted)
            {
                a.Persist("first", a.Handled);
            }
        });
        actor.Tell("command", TestActor);
        ExpectInOrder("completed at 0", "handled first", "command");
    }

    [Fact]
    public void Exception_in_a_handler_restarts_the_actor_which_replays_the_event()
    {
        var actor = StartNew("p");
        Do(actor, a => a.Persist("e", _ => a.Throw("handler")));
        actor.Tell("next", TestActor);
        ExpectInOrder("recover e", "completed at 1", "next");
    }
}
