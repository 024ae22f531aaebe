using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class PersistentStashSpec : PersistenceSpecBase
{
    [Fact]
    public void Unstashed_commands_come_before_those_that_arrived_during_a_persist()
    {
        var actor = StartNew("p");
        var open = false;
        foreach (var name in new[] { "a", "b" })
        {
            Do(actor, a =>
            {
                if (open)
                {
                    a.Report(name);
                }
                else
                {
                    a.Stash.Stash();
                }
            });
        }

        Do(actor, a => a.Persist("open", e =>
        {
            open = true;
            a.Handled(e);
            a.Stash.UnstashAll();
        }));
        actor.Tell("later", TestActor);
        ExpectInOrder("handled open", "a", "b", "later");
    }

    [Fact]
    public void Commands_that_each_persist_keep_their_order()
    {
        var actor = StartNew("p");
        for (var i = 0; i < 20; i++)
        {
            var number = i;
            Do(actor, a => a.Persist(number, e => a.Handled(e)));
        }

        ExpectInOrder(Enumerable.Range(0, 20).Select(i => (object)$"handled {i}").ToArray());
    }

    [Fact]
    public void Commands_that_arrive_during_recovery_are_handled_after_it_in_order()
    {
        Stop(StartWith("p", "x", "y"));
        var actor = Start("p");
        actor.Tell(1, TestActor);
        actor.Tell(2, TestActor);
        ExpectInOrder("recover x", "recover y", "completed at 2", 1, 2);
    }

    [Fact]
    public void Stashed_commands_survive_a_restart()
    {
        var actor = StartNew("p");
        var restarted = false;
        Do(actor, a =>
        {
            if (restarted)
            {
                a.Report("unstashed");
            }
            else
            {
                a.Stash.Stash();
            }
        });
        Do(actor, a =>
        {
            restarted = true;
            a.Throw("restart");
        });
        ExpectInOrder("completed at 0", "unstashed");
    }
}
