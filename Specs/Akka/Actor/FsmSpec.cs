using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class FsmSpec : ActorSpecBase
{
    private enum Light
    {
        Red,
        Green,
    }

    [Fact]
    public async Task Subscriber_learns_the_current_state_and_every_transition()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, e => e.FsmEvent is "go" ? m.GoTo(Light.Green) : null!);
            m.When(Light.Green, e => e.FsmEvent is "halt" ? m.GoTo(Light.Red) : null!);
        });
        fsm.Tell(new FSMBase.SubscribeTransitionCallBack(probe.Ref));
        Assert.Equal(Light.Red, (await probe.Expect<FSMBase.CurrentState<Light>>()).State);
        fsm.Tell("go");
        await probe.Expect(new FSMBase.Transition<Light>(fsm, Light.Red, Light.Green));
        fsm.Tell("halt");
        await probe.Expect(new FSMBase.Transition<Light>(fsm, Light.Green, Light.Red));
    }

    [Fact]
    public async Task GoTo_the_same_state_is_a_transition_and_Stay_is_not()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, e => e.FsmEvent switch { "again" => m.GoTo(Light.Red), "stay" => m.Stay(), _ => null! });
            m.OnTransition((from, to) => probe.Ref.Tell($"{from}->{to}"));
        });
        await probe.Expect("Red->Red");
        fsm.Tell("stay");
        fsm.Tell("again");
        await probe.Expect("Red->Red");
        Assert.Equal("pong", await fsm.Ask<string>("ping", Patience));
        probe.Ref.Tell("end");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Data_is_the_old_one_in_OnTransition_and_NextStateData_the_new_one()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, e => e.FsmEvent is int n ? m.GoTo(Light.Green).Using(n) : null!);
            m.When(Light.Green, _ => null!);
            m.OnTransition((_, to) =>
            {
                if (to == Light.Green)
                {
                    probe.Ref.Tell($"{m.StateData} then {m.NextStateData}");
                }
            });
        });
        fsm.Tell(7);
        await probe.Expect("0 then 7");
    }

    [Fact]
    public async Task Replying_answers_the_sender_in_order()
    {
        var probe = NewProbe();
        var fsm = Create(m => m.When(Light.Red, e => e.FsmEvent is "two" ? m.Stay().Replying("a").Replying("b") : null!));
        fsm.Tell("two", probe.Ref);
        await probe.Expect("a");
        await probe.Expect("b");
    }

    [Fact]
    public async Task State_timeout_fires_when_nothing_happens_and_is_reset_by_events()
    {
        var probe = NewProbe();
        using var isTold = new ManualResetEventSlim();
        var fsm = Create(m =>
        {
            m.When(Light.Red, e =>
            {
                isTold.Wait(Patience);
                return e.FsmEvent is "go" ? m.GoTo(Light.Green) : m.Stay();
            });
            m.When(
                Light.Green,
                e =>
                {
                    probe.Ref.Tell(e.FsmEvent is FSMBase.StateTimeout ? "timeout" : e.FsmEvent);
                    return e.FsmEvent is FSMBase.StateTimeout ? m.GoTo(Light.Red) : m.Stay();
                },
                TimeSpan.FromMilliseconds(80));
        });

        // The event waits already when the time begins to count.
        fsm.Tell("go");
        fsm.Tell("event");
        isTold.Set();
        await probe.Expect("event");
        await probe.Expect("timeout");
    }

    [Fact]
    public async Task ForMax_overrides_the_timeout_of_the_state()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, e => e.FsmEvent is "go" ? m.GoTo(Light.Green).ForMax(TimeSpan.FromMilliseconds(30)) : null!);
            m.When(
                Light.Green,
                e =>
                {
                    probe.Ref.Tell(e.FsmEvent is FSMBase.StateTimeout ? "timeout" : "other");
                    return m.Stay();
                },
                TimeSpan.FromMinutes(5));
        });
        fsm.Tell("go");
        await probe.Expect("timeout");
    }

    [Fact]
    public async Task Timer_that_was_cancelled_or_replaced_is_dropped_even_if_its_message_waits()
    {
        var probe = NewProbe();
        var fsm = Create(m => m.When(Light.Red, e =>
        {
            switch (e.FsmEvent)
            {
                case "start":
                    m.SetTimer("cancelled", "stale 1", TimeSpan.FromMilliseconds(1));
                    m.SetTimer("replaced", "stale 2", TimeSpan.FromMilliseconds(1));
                    using (var never = new ManualResetEventSlim())
                    {
                        never.Wait(TimeSpan.FromMilliseconds(100));
                    }

                    m.CancelTimer("cancelled");
                    m.SetTimer("replaced", "fresh", TimeSpan.FromMilliseconds(30));
                    break;
                default:
                    probe.Ref.Tell(e.FsmEvent);
                    break;
            }

            return m.Stay();
        }));
        fsm.Tell("start");
        await probe.ExpectNothingBefore("fresh");
    }

    [Fact]
    public async Task Repeated_timer_is_active_until_cancelled()
    {
        var probe = NewProbe();
        var fsm = Create(m => m.When(Light.Red, e =>
        {
            switch (e.FsmEvent)
            {
                case "start":
                    m.SetTimer("t", "tick", TimeSpan.FromMilliseconds(20), repeat: true);
                    break;
                case "stop":
                    m.CancelTimer("t");
                    break;
                case "active?":
                    return m.Stay().Replying(m.IsTimerActive("t"));
                default:
                    probe.Ref.Tell(e.FsmEvent);
                    break;
            }

            return m.Stay();
        }));
        fsm.Tell("start");
        await probe.Expect("tick");
        await probe.Expect("tick");
        Assert.True(await fsm.Ask<bool>("active?", Patience));
        fsm.Tell("stop");
        Assert.False(await fsm.Ask<bool>("active?", Patience));
    }

    [Fact]
    public async Task Event_that_no_state_handles_goes_to_WhenUnhandled()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, _ => null!);
            m.WhenUnhandled(e =>
            {
                probe.Ref.Tell(e.FsmEvent);
                return m.Stay();
            });
        });
        fsm.Tell("what");
        await probe.Expect("what");
    }

    [Fact]
    public async Task Stop_tells_reason_state_and_data_to_OnTermination()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, e => e.FsmEvent is "fail" ? m.Stop(new FSMBase.Failure("broken"), 5) : null!);
            m.OnTermination(stop => probe.Ref.Tell($"{stop.Reason} {stop.TerminatedState} {stop.StateData}"));
        });
        probe.Watch(fsm);
        await probe.Sync();
        fsm.Tell("fail");
        Assert.Contains("broken", await probe.Expect<string>());
        await probe.Expect<Terminated>();
    }

    [Fact]
    public async Task Machine_stopped_from_outside_terminates_with_Shutdown()
    {
        var probe = NewProbe();
        var fsm = Create(m =>
        {
            m.When(Light.Red, _ => null!);
            m.OnTermination(stop => probe.Ref.Tell(stop.Reason is FSMBase.Shutdown ? "shutdown" : "other"));
        });
        fsm.Tell(PoisonPill.Instance);
        await probe.Expect("shutdown");
    }

    private IActorRef Create(Action<Machine> configure) => Sys.ActorOf(Props.Create(() => new Machine(configure)));

    private sealed class Machine : FSM<Light, int>
    {
        public Machine(Action<Machine> configure)
        {
            StartWith(Light.Red, 0);
            configure(this);
            When(Light.Red, e => e.FsmEvent is "ping" ? Stay().Replying("pong") : null!);
            Initialize();
        }
    }
}
