using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class PersistFailureSpec() : PersistenceSpecBase(
    """
    akka.persistence.journal.plugin = "faulty-journal"
    faulty-journal {
      class = "ActorEtcd.Specs.Akka.Persistence.PersistFailureSpec+FaultyJournal, ActorEtcd.Specs"
      plugin-dispatcher = "akka.actor.default-dispatcher"
    }
    """)
{
    [Fact]
    public void Failed_persist_stops_the_actor_without_calling_the_handler()
    {
        var actor = StartWith("p", "good");
        Watch(actor);
        Do(actor, a => a.Persist("fail", a.Handled));
        actor.Tell("never handled", TestActor);
        ExpectMsg("failure fail 2 disk is gone");
        ExpectTerminated(actor);

        Start("p");
        ExpectInOrder("recover good", "completed at 1");
    }

    [Fact]
    public void Failed_asynchronous_persist_stops_the_actor()
    {
        var actor = StartNew("p");
        Watch(actor);
        Do(actor, a => a.PersistAsync("fail", a.Handled));
        ExpectMsg("failure fail 1 disk is gone");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Write_that_throws_before_its_first_await_stops_the_actor()
    {
        var actor = StartNew("p");
        Watch(actor);
        Do(actor, a => a.Persist("throw", a.Handled));
        ExpectMsg("failure throw 1 thrown at once");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Rejected_persist_is_reported_and_the_actor_goes_on()
    {
        var actor = StartNew("p");
        Do(actor, a => a.Persist("reject", a.Handled));
        Do(actor, a => a.Persist("good", a.Handled));
        ExpectInOrder("rejected reject 1 refused", "handled good");
    }

    [Fact]
    public void Rejection_concerns_its_own_atomic_write_only()
    {
        var actor = StartNew("p");
        Do(actor, a =>
        {
            a.Persist("before", a.Handled);
            a.PersistAll(["x", "reject"], a.Handled);
            a.Persist("after", a.Handled);
        });
        ExpectInOrder("handled before", "rejected x 2 refused", "rejected reject 3 refused", "handled after");
        Stop(actor);

        Start("p");
        ExpectInOrder("recover before", "recover after", "completed at 4");
    }

    public sealed class FaultyJournal : MemoryJournal
    {
        protected override Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
        {
            var writes = messages.ToList();
            if (writes.Any(write => Contains(write, "throw")))
            {
                throw new IOException("thrown at once");
            }

            return WriteLater(writes);
        }

        private static bool Contains(AtomicWrite write, string payload) =>
            ((IEnumerable<IPersistentRepresentation>)write.Payload).Any(p => p.Payload.Equals(payload));

        private async Task<IImmutableList<Exception?>?> WriteLater(List<AtomicWrite> writes)
        {
            await Task.Yield();
            if (writes.Exists(write => Contains(write, "fail")))
            {
                throw new IOException("disk is gone");
            }

            await base.WriteMessagesAsync(writes.Where(write => !Contains(write, "reject")));
            return writes
                .Select(write => Contains(write, "reject") ? new InvalidOperationException("refused") : (Exception?)null)
                .ToImmutableList();
        }
    }
}
