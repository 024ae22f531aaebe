using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class MailboxSpec : ActorSpecBase
{
    private const string Mailboxes = """
        small { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 10ms }
        by-priority { mailbox-type = "ActorEtcd.Specs.Akka.Actor.MailboxSpec+ByPriority, ActorEtcd.Specs" }
        """;

    public MailboxSpec()
        : base(Mailboxes)
    {
    }

    [Fact]
    public async Task Messages_of_each_sender_arrive_in_the_order_of_sending()
    {
        const int Senders = 4;
        const int Each = 20_000;
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = Sys.ActorOf(Props.Create(() => new OrderChecker(Senders, Each, done)));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                receiver.Tell(new Numbered(sender, i));
            }
        })));
        Assert.Equal("in order", await done.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task Full_bounded_mailbox_sends_further_messages_to_dead_letters()
    {
        var letters = NewProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var slow = Sys.ActorOf(ScriptProps((_, _) =>
        {
            entered.Set();
            release.Wait(Patience);
        }).WithMailbox("small"));
        slow.Tell("running");
        Assert.True(entered.Wait(Patience), "the actor never began its first message");
        slow.Tell("queued 1");
        slow.Tell("queued 2");
        slow.Tell("too many");
        Assert.Equal("too many", (await letters.Expect<DeadLetter>()).Message);
        release.Set();
    }

    [Fact]
    public async Task Priority_mailbox_delivers_the_smallest_number_first()
    {
        var probe = NewProbe();
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var actor = Sys.ActorOf(ScriptProps((message, _) =>
        {
            if (message is "hold")
            {
                entered.Set();
                release.Wait(Patience);
                return;
            }

            probe.Ref.Tell(message);
        }).WithMailbox("by-priority"));
        actor.Tell("hold");
        Assert.True(entered.Wait(Patience), "the actor never began its first message");
        foreach (var number in new[] { 3, 1, 2 })
        {
            actor.Tell(number);
        }

        release.Set();
        await probe.Expect(1);
        await probe.Expect(2);
        await probe.Expect(3);
    }

    [Fact]
    public async Task Message_to_a_stopped_actor_becomes_a_dead_letter()
    {
        var letters = NewProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Start((_, _) => { });
        Assert.True(await actor.GracefulStop(Patience));
        actor.Tell("late");
        var letter = await letters.Expect<DeadLetter>();
        Assert.Equal("late", letter.Message);
        Assert.Equal(actor, letter.Recipient);
    }

    [Fact]
    public async Task Unhandled_message_is_published()
    {
        var unhandled = NewProbe();
        Sys.EventStream.Subscribe(unhandled.Ref, typeof(UnhandledMessage));
        Sys.ActorOf(Props.Create(() => new OnlyStrings())).Tell(42);
        Assert.Equal(42, (await unhandled.Expect<UnhandledMessage>()).Message);
    }

    public sealed class ByPriority : UnboundedPriorityMailbox
    {
        public ByPriority(Settings settings, Config config)
            : base(settings, config)
        {
        }

        protected override int PriorityGenerator(object message) => message is int number ? number : 0;
    }

    private sealed record Numbered(int Sender, int Number);

    private sealed class OnlyStrings : ReceiveActor
    {
        public OnlyStrings()
        {
            Receive<string>(_ => { });
        }
    }

    private sealed class OrderChecker : ReceiveActor
    {
        public OrderChecker(int senders, int each, TaskCompletionSource<string> done)
        {
            var next = new int[senders];
            var left = senders * each;
            Receive<Numbered>(m =>
            {
                if (next[m.Sender]++ != m.Number)
                {
                    done.TrySetResult($"sender {m.Sender}: number {m.Number} came when {next[m.Sender] - 1} was due");
                }

                if (--left == 0)
                {
                    done.TrySetResult("in order");
                }
            });
        }
    }
}
