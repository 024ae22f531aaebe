using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Akka.Persistence;

public class ReceivePersistentActorSpec : PersistenceSpecBase
{
    [Fact]
    public void Handlers_are_chosen_by_type_and_condition_in_their_order()
    {
        var actor = StartAccount();
        actor.Tell(5, TestActor);
        ExpectMsg("deposited 5");
        actor.Tell(-1, TestActor);
        ExpectMsg("refused -1");
        actor.Tell("balance", TestActor);
        ExpectMsg(5L);
    }

    [Fact]
    public void Recovery_handlers_rebuild_the_state()
    {
        var actor = StartAccount();
        actor.Tell(5, TestActor);
        actor.Tell(6, TestActor);
        ExpectInOrder("deposited 5", "deposited 6");
        Stop(actor);
        StartAccount().Tell("balance", TestActor);
        ExpectMsg(11L);
    }

    [Fact]
    public void Become_replaces_the_command_handlers()
    {
        var actor = StartAccount();
        actor.Tell("close", TestActor);
        ExpectMsg("closed");
        actor.Tell(5, TestActor);
        ExpectMsg("closed to 5");
    }

    [Fact]
    public void Unhandled_command_is_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        StartAccount().Tell(3.5, TestActor);
        Assert.Equal(3.5, ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void Asynchronous_command_keeps_others_waiting_and_may_persist()
    {
        var actor = StartAccount();
        actor.Tell('x', TestActor);
        actor.Tell("balance", TestActor);
        ExpectInOrder("async done", 100L);
    }

    private IActorRef StartAccount() => Sys.ActorOf(Props.Create(() => new Account()));

    private sealed class Account : ReceivePersistentActor
    {
        private long _balance;

        public Account()
        {
            Recover<long>(amount => _balance += amount);
            Command<int>(amount => Persist((long)amount, e =>
            {
                _balance += e;
                Sender.Tell($"deposited {e}");
            }), amount => amount > 0);
            Command<int>(amount => Sender.Tell($"refused {amount}"));
            Command<string>(s => s == "close", _ =>
            {
                Become(() => CommandAny(m => Sender.Tell($"closed to {m}")));
                Sender.Tell("closed");
            });
            Command<string>(_ => Sender.Tell(_balance));
            CommandAsync<char>(async _ =>
            {
                await Task.Yield();
                Persist(100L, e =>
                {
                    _balance += e;
                    Sender.Tell("async done");
                });
            });
        }

        public override string PersistenceId => "account";
    }
}
