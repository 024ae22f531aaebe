using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class AsyncHandlerSpec : ActorSpecBase
{
    [Fact]
    public async Task Messages_wait_until_an_asynchronous_handler_has_completed()
    {
        var probe = NewProbe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(probe.Ref, gate.Task)));
        actor.Tell("async");
        actor.Tell("next");
        await probe.Expect("before");
        gate.SetResult();
        await probe.Expect("after");
        await probe.Expect("next");
    }

    [Fact]
    public async Task Sender_is_still_known_after_an_await()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(ActorRefs.Nobody, gate.Task)));
        var answer = actor.Ask<string>("async", Patience);
        gate.SetResult();
        Assert.Equal("done", await answer);
    }

    [Fact]
    public async Task Failure_of_an_asynchronous_handler_restarts_the_actor()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(probe.Ref, Task.CompletedTask)));
        actor.Tell(new InvalidOperationException("asked to fail"));
        await probe.Expect("restarting because of asked to fail");
        actor.Tell("next");
        await probe.Expect("next");
    }

    private sealed class Awaiting : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Awaiting(IActorRef probe, Task gate)
        {
            _probe = probe;
            ReceiveAsync<string>(text => text == "async", async _ =>
            {
                probe.Tell("before");
                await gate;
                probe.Tell("after");
                Sender.Tell("done");
            });
            ReceiveAsync<Exception>(async failure =>
            {
                await Task.Yield();
                throw failure;
            });
            Receive<string>(text => probe.Tell(text));
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell("restarting because of " + reason.Message);
            base.PreRestart(reason, message);
        }
    }
}
