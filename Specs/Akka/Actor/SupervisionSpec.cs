using Akka.Actor;
using Akka.Pattern;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class SupervisionSpec : ActorSpecBase
{
    [Fact]
    public async Task Restarted_child_loses_its_state_and_runs_its_hooks_in_order()
    {
        var probe = NewProbe();
        var child = await StartChild(probe, new OneForOneStrategy(_ => Directive.Restart));
        await probe.Expect("PreStart");
        child.Tell("count");
        await probe.Expect(1);
        child.Tell(new Fail());
        await probe.Expect("PreRestart");
        await probe.Expect("PostStop");
        await probe.Expect("PostRestart");
        await probe.Expect("PreStart");
        child.Tell("count");
        await probe.Expect(1);
    }

    [Fact]
    public async Task Resumed_child_keeps_its_state()
    {
        var probe = NewProbe();
        var child = await StartChild(probe, new OneForOneStrategy(_ => Directive.Resume));
        await probe.Expect("PreStart");
        child.Tell("count");
        await probe.Expect(1);
        child.Tell(new Fail());
        child.Tell("count");
        await probe.Expect(2);
    }

    [Fact]
    public async Task Stopped_child_is_gone_for_good()
    {
        var probe = NewProbe();
        var child = await StartChild(probe, new OneForOneStrategy(_ => Directive.Stop));
        await probe.Expect("PreStart");
        probe.Watch(child);
        await probe.Sync();
        child.Tell(new Fail());
        await probe.Expect("PostStop");
        Assert.Equal(child, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Escalated_failure_restarts_the_parent_and_so_stops_its_children()
    {
        var probe = NewProbe();
        var grandparent = Sys.ActorOf(Props.Create(() => new Parent(new OneForOneStrategy(_ => Directive.Restart))));
        var strategy = new OneForOneStrategy(_ => Directive.Escalate);
        var parent = await grandparent.Ask<IActorRef>(Props.Create(() => new ReportingParent(strategy, probe.Ref)), Patience);
        await probe.Expect("parent PreStart");
        var child = await parent.Ask<IActorRef>(Props.Create(() => new Child(probe.Ref)), Patience);
        await probe.Expect("PreStart");
        child.Tell(new Fail());
        await probe.Expect("parent PreRestart Fail");
        await probe.Expect("PostStop");
        await probe.Expect("parent PreStart");
    }

    [Fact]
    public async Task Child_that_fails_more_often_than_allowed_is_stopped()
    {
        var probe = NewProbe();
        var child = await StartChild(probe, new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        probe.Watch(child);
        for (var i = 0; i < 2; i++)
        {
            child.Tell(new Fail());
            child.Tell("count");
        }

        child.Tell(new Fail());
        var restarts = 0;
        while (await probe.Expect<object>() is var message && message is not Terminated)
        {
            restarts += message is "PostRestart" ? 1 : 0;
        }

        Assert.Equal(2, restarts);
    }

    [Fact]
    public async Task All_for_one_restarts_the_siblings_too()
    {
        var first = NewProbe();
        var second = NewProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Parent(new AllForOneStrategy(_ => Directive.Restart))));
        var one = await parent.Ask<IActorRef>(Props.Create(() => new Child(first.Ref)), Patience);
        await parent.Ask<IActorRef>(Props.Create(() => new Child(second.Ref)), Patience);
        await first.Expect("PreStart");
        await second.Expect("PreStart");
        one.Tell(new Fail());
        foreach (var probe in new[] { first, second })
        {
            await probe.Expect("PreRestart");
            await probe.Expect("PostStop");
            await probe.Expect("PostRestart");
            await probe.Expect("PreStart");
        }
    }

    [Fact]
    public async Task Exception_in_a_constructor_stops_the_actor()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new NeverBorn()));
        probe.Watch(actor);
        Assert.Equal(actor, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Messages_that_wait_survive_a_restart_except_the_one_that_failed()
    {
        var probe = NewProbe();
        var child = await StartChild(probe, new OneForOneStrategy(_ => Directive.Restart));
        await probe.Expect("PreStart");
        child.Tell(new Fail());
        child.Tell("a");
        child.Tell("b");
        foreach (var hook in new[] { "PreRestart", "PostStop", "PostRestart", "PreStart" })
        {
            await probe.Expect(hook);
        }

        await probe.Expect("a");
        await probe.Expect("b");
    }

    [Fact]
    public async Task Backoff_on_stop_starts_the_child_again_and_counts()
    {
        var probe = NewProbe();
        var options = Backoff.OnStop(
            Props.Create(() => new Child(probe.Ref)), "child", TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), 0.0, -1);
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options.WithManualReset()));
        await probe.Expect("PreStart");
        supervisor.Tell("stop");
        await probe.Expect("PostStop");
        await probe.Expect("PreStart");
        var count = await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Patience);
        Assert.Equal(1, count.Count);
        supervisor.Tell(BackoffSupervisor.Reset.Instance);
        count = await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Patience);
        Assert.Equal(0, count.Count);
    }

    [Fact]
    public async Task Backoff_on_failure_starts_the_child_again_and_gives_up_at_the_limit()
    {
        var probe = NewProbe();
        var options = Backoff.OnFailure(
            Props.Create(() => new Child(probe.Ref)), "child", TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), 0.0, 1);
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options.WithManualReset()));
        probe.Watch(supervisor);
        await probe.Expect("PreStart");
        supervisor.Tell(new Fail());
        await probe.Expect("PostStop");
        await probe.Expect("PreStart");
        supervisor.Tell(new Fail());
        await probe.Expect("PostStop");
        Assert.Equal(supervisor, (await probe.Expect<Terminated>()).ActorRef);
    }

    private async Task<IActorRef> StartChild(Probe probe, SupervisorStrategy strategy)
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent(strategy)));
        return await parent.Ask<IActorRef>(Props.Create(() => new Child(probe.Ref)), Patience);
    }

    private sealed record Fail;

    private sealed class FailException : Exception
    {
        public FailException()
            : base("asked to fail")
        {
        }
    }

    private class Parent : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        public Parent(SupervisorStrategy strategy)
        {
            _strategy = strategy;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    private sealed class ReportingParent : Parent
    {
        private readonly IActorRef _probe;

        public ReportingParent(SupervisorStrategy strategy, IActorRef probe)
            : base(strategy)
        {
            _probe = probe;
        }

        protected override void PreStart() => _probe.Tell("parent PreStart");

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell("parent PreRestart " + (reason is FailException ? "Fail" : reason.GetType().Name));
            base.PreRestart(reason, message);
        }
    }

    private sealed class NeverBorn : UntypedActor
    {
        public NeverBorn()
        {
            throw new FailException();
        }

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Child : ReceiveActor
    {
        private readonly IActorRef _probe;
        private int _count;

        public Child(IActorRef probe)
        {
            _probe = probe;
            Receive<Fail>(_ => throw new FailException());
            Receive<string>(text => text == "stop", _ => Context.Stop(Self));
            Receive<string>(text => text == "count", _ => _probe.Tell(++_count));
            ReceiveAny(message => _probe.Tell(message));
        }

        protected override void PreStart() => _probe.Tell("PreStart");

        protected override void PostStop() => _probe.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell("PreRestart");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _probe.Tell("PostRestart");
            base.PostRestart(reason);
        }
    }
}
