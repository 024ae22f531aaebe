using Akka.Routing;

namespace Akka.Actor;

/// <summary>
/// A finite state machine: per state a function from event and data to the next state. Timers and state timeouts
/// carry a generation, so that one that was cancelled or replaced has no effect even if its message is on its way.
/// </summary>
public abstract partial class FSM<TState, TData> : FSMBase, IListeners, IInternalSupportsTestFSMRef<TState, TData>
{
    protected bool DebugEvent;

    private readonly Dictionary<TState, StateFunction> _functions = [];
    private readonly Dictionary<TState, TimeSpan?> _timeouts = [];
    private readonly List<TransitionHandler> _transitionHandlers = [];
    private readonly ILoggingAdapter _log;
    private readonly bool _logsEvents;
    private Action<StopEvent<TState, TData>> _terminateHandler = static _ => { };
    private StateFunction _unhandled;
    private State<TState, TData> _current;
    private State<TState, TData> _next;
    private FlagCancelable _timeoutSchedule;
    private long _generation;

    protected FSM()
    {
        _log = Context.GetLogger();
        DebugEvent = Context.System.Settings.FsmDebugEvent;
        _logsEvents = this is ILoggingFSM;
        _unhandled = WarnUnhandled;
    }

    public delegate State<TState, TData> StateFunction(Event<TData> fsmEvent);

    public delegate void TransitionHandler(TState initialState, TState nextState);

    public ListenerSupport Listeners { get; } = new();

    public TState StateName => _current is null
        ? throw new IllegalStateException("You must call StartWith before calling StateName.")
        : _current.StateName;

    public TData StateData => _current is null
        ? throw new IllegalStateException("You must call StartWith before calling StateData.")
        : _current.StateData;

    public TData NextStateData => _next is null
        ? throw new InvalidOperationException("NextStateData is only available during OnTransition")
        : _next.StateData;

    bool IInternalSupportsTestFSMRef<TState, TData>.IsStateTimerActive => _timeoutSchedule is not null;

    void IInternalSupportsTestFSMRef<TState, TData>.ApplyState(State<TState, TData> upcomingState) => ApplyState(upcomingState);

    public void When(TState stateName, StateFunction func, TimeSpan? timeout = null)
    {
        if (_functions.TryGetValue(stateName, out var before))
        {
            // A later block for a state handles what the earlier ones left.
            _functions[stateName] = fsmEvent => before(fsmEvent) ?? func(fsmEvent);
            _timeouts[stateName] = timeout ?? _timeouts[stateName];
            return;
        }

        _functions.Add(stateName, func);
        _timeouts.Add(stateName, timeout);
    }

    public void StartWith(TState stateName, TData stateData, TimeSpan? timeout = null) =>
        _current = new State<TState, TData>(stateName, stateData, timeout);

    public State<TState, TData> GoTo(TState nextStateName) => new(nextStateName, _current.StateData);

    public State<TState, TData> Stay() => GoTo(_current.StateName).WithoutNotification();

    public State<TState, TData> Stop() => Stop(Normal.Instance);

    public State<TState, TData> Stop(Reason reason) => Stop(reason, _current.StateData);

    public State<TState, TData> Stop(Reason reason, TData stateData) => Stay().Using(stateData).WithStopReason(reason);

    public TransformHelper Transform(StateFunction func) => new(func);

    public void SetStateTimeout(TState state, TimeSpan? timeout) => _timeouts[state] = timeout;

    public void OnTransition(TransitionHandler transitionHandler) => _transitionHandlers.Add(transitionHandler);

    public void OnTermination(Action<StopEvent<TState, TData>> terminationHandler) => _terminateHandler = terminationHandler;

    public void WhenUnhandled(StateFunction stateFunction)
    {
        var before = _unhandled;
        _unhandled = before == WarnUnhandled
            ? fsmEvent => stateFunction(fsmEvent) ?? WarnUnhandled(fsmEvent)
            : fsmEvent => stateFunction(fsmEvent) ?? before(fsmEvent);
    }

    public void Initialize()
    {
        if (_current is null)
        {
            throw new IllegalStateException("You must call StartWith before calling Initialize.");
        }

        MakeTransition(_current);
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case FsmStateTimeout timeout:
                if (ReferenceEquals(timeout.Owner, this) && timeout.Generation == _generation)
                {
                    ProcessMessage(StateTimeout.Instance, "state timeout");
                }

                return true;
            case FsmTimer timer:
                ReceiveTimer(timer);
                return true;
            case SubscribeTransitionCallBack subscribe:
                Listeners.Add(subscribe.ActorRef);
                subscribe.ActorRef.Tell(new CurrentState<TState>(Self, _current.StateName));
                return true;
            case UnsubscribeTransitionCallBack unsubscribe:
                Listeners.Remove(unsubscribe.ActorRef);
                return true;
            case Listen listen:
                Listeners.Add(listen.Listener);
                listen.Listener.Tell(new CurrentState<TState>(Self, _current.StateName));
                return true;
            case Deafen deafen:
                Listeners.Remove(deafen.Listener);
                return true;
            case InternalActivateFsmLogging:
                DebugEvent = true;
                return true;
        }

        CancelStateTimeout();
        _generation++;
        ProcessMessage(message, Sender);
        return true;
    }

    protected override void PostStop()
    {
        // A machine that its parent or a pill stops has not gone through Terminate yet.
        Terminate(Stay().WithStopReason(Shutdown.Instance));
        base.PostStop();
    }

    protected virtual void LogTermination(Reason reason)
    {
        if (reason is not Failure failure)
        {
            return;
        }

        if (failure.Cause is Exception cause)
        {
            _log.Error(cause, "terminating due to Failure");
        }
        else
        {
            _log.Error(failure.Cause?.ToString() ?? "terminating due to Failure");
        }
    }

    private void ProcessMessage(object message, object source)
    {
        var fsmEvent = new Event<TData>(message, _current.StateData);
        if (DebugEvent && _logsEvents)
        {
            _log.Debug("processing {0} from {1} in state {2}", fsmEvent, source, _current.StateName);
        }

        var from = _current.StateName;
        var next = _functions.TryGetValue(from, out var function) ? function(fsmEvent) : null;
        ApplyState(next ?? _unhandled(fsmEvent));
        if (DebugEvent && _logsEvents && !EqualityComparer<TState>.Default.Equals(from, _current.StateName))
        {
            _log.Debug("transition {0} -> {1}", from, _current.StateName);
        }
    }

    private void ApplyState(State<TState, TData> next)
    {
        if (next.StopReason is null)
        {
            MakeTransition(next);
            return;
        }

        Reply(next);
        Terminate(next);
        Context.Stop(Self);
    }

    private void MakeTransition(State<TState, TData> next)
    {
        if (!_functions.ContainsKey(next.StateName))
        {
            Terminate(Stay().WithStopReason(new Failure($"Next state {next.StateName} does not exist")));
            Context.Stop(Self);
            return;
        }

        Reply(next);
        if (next.Notifies || !EqualityComparer<TState>.Default.Equals(_current.StateName, next.StateName))
        {
            _next = next;
            foreach (var handler in _transitionHandlers)
            {
                handler(_current.StateName, next.StateName);
            }

            Listeners.Gossip(new Transition<TState>(Self, _current.StateName, next.StateName));
            _next = null;
        }

        _current = next;
        StartStateTimeout(next.Timeout ?? _timeouts.GetValueOrDefault(next.StateName));
    }

    private void Reply(State<TState, TData> next)
    {
        for (var i = next.Replies.Count - 1; i >= 0; i--)
        {
            Sender.Tell(next.Replies[i]);
        }
    }

    private void StartStateTimeout(TimeSpan? timeout)
    {
        if (timeout is null || timeout < TimeSpan.Zero || timeout == TimeSpan.MaxValue)
        {
            return;
        }

        CancelStateTimeout();
        _timeoutSchedule = new FlagCancelable();
        Context.System.Scheduler.ScheduleTellOnce(
            timeout.Value, Self, new FsmStateTimeout(this, _generation), Self, _timeoutSchedule);
    }

    private void CancelStateTimeout()
    {
        _timeoutSchedule?.Cancel();
        _timeoutSchedule = null;
    }

    private void Terminate(State<TState, TData> upcoming)
    {
        if (_current.StopReason is not null)
        {
            return;
        }

        LogTermination(upcoming.StopReason);
        CancelTimers();
        CancelStateTimeout();
        _current = upcoming;
        _terminateHandler(new StopEvent<TState, TData>(upcoming.StopReason, upcoming.StateName, upcoming.StateData));
    }

    private State<TState, TData> WarnUnhandled(Event<TData> fsmEvent)
    {
        _log.Warning("unhandled event {0} in state {1}", fsmEvent.FsmEvent, _current.StateName);
        return Stay();
    }

    public sealed class TransformHelper
    {
        public TransformHelper(StateFunction func)
        {
            Func = func;
        }

        public StateFunction Func { get; }

        public StateFunction Using(Func<State<TState, TData>, State<TState, TData>> andThen) => fsmEvent =>
        {
            var next = Func(fsmEvent);
            return next is null ? null : andThen(next);
        };
    }
}
