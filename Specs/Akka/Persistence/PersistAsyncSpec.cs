using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class PersistAsyncSpec() : PersistenceSpecBase(HeldJournal.Config)
{
    [Fact]
    public void PersistAsync_lets_commands_go_on()
    {
        var journal = HeldJournal.Of(Sys);
        var actor = StartNew("p");
        journal.Hold();
        Do(actor, a => a.PersistAsync("e", a.Handled));
        actor.Tell("meanwhile", TestActor);
        ExpectMsg("meanwhile");
        ExpectNoMsg(Quiet);
        journal.Release();
        ExpectMsg("handled e");
    }

    [Fact]
    public void Persist_keeps_commands_waiting_while_the_write_is_held()
    {
        var journal = HeldJournal.Of(Sys);
        var actor = StartNew("p");
        journal.Hold();
        Do(actor, a => a.Persist("e", a.Handled));
        actor.Tell("meanwhile", TestActor);
        ExpectNoMsg(Quiet);
        journal.Release();
        ExpectInOrder("handled e", "meanwhile");
    }

    [Fact]
    public void Handlers_of_asynchronous_persists_run_in_order()
    {
        var actor = StartNew("p");
        Do(actor, a =>
        {
            a.PersistAllAsync(["a", "b"], a.Handled);
            a.PersistAsync("c", a.Handled);
        });
        Do(actor, a => a.PersistAsync("d", a.Handled));
        ExpectInOrder("handled a", "handled b", "handled c", "handled d");
    }

    [Fact]
    public void Deferred_handler_runs_after_the_persists_before_it_and_stores_nothing()
    {
        var journal = HeldJournal.Of(Sys);
        var actor = StartNew("p");
        journal.Hold();
        Do(actor, a =>
        {
            a.PersistAsync("a", a.Handled);
            a.DeferAsync("deferred", a.Handled);
            a.PersistAsync("b", a.Handled);
        });
        ExpectNoMsg(Quiet);
        journal.Release();
        ExpectInOrder("handled a", "handled deferred", "handled b");
        Stop(actor);

        Start("p");
        ExpectInOrder("recover a", "recover b", "completed at 2");
    }

    [Fact]
    public void Deferred_handler_runs_at_once_when_nothing_is_pending()
    {
        var actor = StartNew("p");
        Do(actor, a =>
        {
            a.DeferAsync("now", a.Handled);
            a.Report("after");
        });
        ExpectInOrder("handled now", "after");
    }

    [Fact]
    public void Events_that_come_during_a_write_are_collected_into_one_batch()
    {
        var journal = HeldJournal.Of(Sys);
        var actor = StartNew("p");
        journal.Hold();
        Do(actor, a => a.PersistAsync("first", a.Handled));
        Until(() => journal.Batches.Count == 1);
        for (var i = 0; i < 300; i++)
        {
            var number = i;
            Do(actor, a => a.PersistAsync(number, _ => { }));
        }

        actor.Tell("all told", TestActor);
        ExpectMsg("all told");
        Do(actor, a => a.DeferAsync("end", a.Handled));
        journal.Release();

        ExpectInOrder("handled first", "handled end");
        Assert.Equal([1, 300], journal.Batches);
    }

    [Fact]
    public void Actors_do_not_share_the_limit_of_one_write()
    {
        var journal = HeldJournal.Of(Sys);
        var first = StartNew("p");
        var second = StartNew("q");
        journal.Hold();
        Do(first, a => a.PersistAsync("e", a.Handled));
        Do(second, a => a.PersistAsync("f", a.Handled));
        Until(() => journal.Batches.Count == 2);
        journal.Release();
        ExpectMsgAllOf("handled e", "handled f");
    }

    [Fact]
    public void Answers_of_writes_come_in_the_order_of_the_requests()
    {
        var journal = HeldJournal.Of(Sys);
        var first = StartNew("p");
        var second = StartNew("q");
        journal.Hold();
        Do(first, a => a.PersistAsync("e", a.Handled));
        Until(() => journal.Batches.Count == 1);
        Do(second, a => a.PersistAsync("f", a.Handled));
        Until(() => journal.Batches.Count == 2);

        journal.ReleaseNewest();
        ExpectNoMsg(Quiet);
        journal.Release();

        ExpectMsgAllOf("handled e", "handled f");
    }
}
