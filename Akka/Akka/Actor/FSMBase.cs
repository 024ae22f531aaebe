namespace Akka.Actor;

/// <summary>The messages and values that finite state machines of all state types share.</summary>
public abstract class FSMBase : ActorBase
{
    protected FSMBase()
    {
    }

    public abstract class Reason
    {
        protected Reason()
        {
        }
    }

    public sealed class Normal : Reason
    {
        private Normal()
        {
        }

        public static Normal Instance { get; } = new();
    }

    public sealed class Shutdown : Reason
    {
        private Shutdown()
        {
        }

        public static Shutdown Instance { get; } = new();
    }

    public sealed class Failure : Reason
    {
        public Failure(object cause)
        {
            Cause = cause;
        }

        public object Cause { get; }

        public override string ToString() => $"Failure({Cause})";
    }

    public sealed class StateTimeout
    {
        private StateTimeout()
        {
        }

        public static StateTimeout Instance { get; } = new();
    }

    public sealed class SubscribeTransitionCallBack
    {
        public SubscribeTransitionCallBack(IActorRef actorRef)
        {
            ActorRef = actorRef;
        }

        public IActorRef ActorRef { get; }
    }

    public sealed class UnsubscribeTransitionCallBack
    {
        public UnsubscribeTransitionCallBack(IActorRef actorRef)
        {
            ActorRef = actorRef;
        }

        public IActorRef ActorRef { get; }
    }

    public sealed class CurrentState<TS>
    {
        public CurrentState(IActorRef fsmRef, TS state)
        {
            FsmRef = fsmRef;
            State = state;
        }

        public IActorRef FsmRef { get; }

        public TS State { get; }

        public override bool Equals(object obj) =>
            obj is CurrentState<TS> other && Equals(FsmRef, other.FsmRef)
            && EqualityComparer<TS>.Default.Equals(State, other.State);

        public override int GetHashCode() => HashCode.Combine(FsmRef, State);

        public override string ToString() => $"CurrentState <{State}>";
    }

    public sealed class Transition<TS>
    {
        public Transition(IActorRef fsmRef, TS from, TS to)
        {
            FsmRef = fsmRef;
            From = from;
            To = to;
        }

        public TS From { get; }

        public IActorRef FsmRef { get; }

        public TS To { get; }

        public override bool Equals(object obj) =>
            obj is Transition<TS> other && Equals(FsmRef, other.FsmRef)
            && EqualityComparer<TS>.Default.Equals(From, other.From) && EqualityComparer<TS>.Default.Equals(To, other.To);

        public override int GetHashCode() => HashCode.Combine(FsmRef, From, To);

        public override string ToString() => $"Transition({From}, {To})";
    }

    public readonly struct Event<TD> : INoSerializationVerificationNeeded
    {
        public Event(object fsmEvent, TD stateData)
        {
            FsmEvent = fsmEvent;
            StateData = stateData;
        }

        public object FsmEvent { get; }

        public TD StateData { get; }

        public override string ToString() => $"Event: <{FsmEvent}>, StateData: <{StateData}>";
    }

    public sealed class LogEntry<TS, TD>
    {
        public LogEntry(TS stateName, TD stateData, object fsmEvent)
        {
            StateName = stateName;
            StateData = stateData;
            FsmEvent = fsmEvent;
        }

        public object FsmEvent { get; }

        public TD StateData { get; }

        public TS StateName { get; }

        public override string ToString() => $"StateName: <{StateName}>, StateData: <{StateData}>, FsmEvent: <{FsmEvent}>";
    }

    public sealed class StopEvent<TS, TD> : INoSerializationVerificationNeeded
    {
        public StopEvent(Reason reason, TS terminatedState, TD stateData)
        {
            Reason = reason;
            TerminatedState = terminatedState;
            StateData = stateData;
        }

        public Reason Reason { get; }

        public TD StateData { get; }

        public TS TerminatedState { get; }

        public override string ToString() =>
            $"Reason: <{Reason}>, TerminatedState: <{TerminatedState}>, StateData: <{StateData}>";
    }

    /// <summary>What an event handler returns: the next state, its data, and what goes with the change.</summary>
    public sealed class State<TS, TD> : IEquatable<State<TS, TD>>
    {
        public State(
            TS stateName,
            TD stateData,
            TimeSpan? timeout = null,
            Reason stopReason = null,
            IReadOnlyList<object> replies = null,
            bool notifies = true)
        {
            StateName = stateName;
            StateData = stateData;
            Timeout = timeout;
            StopReason = stopReason;
            Replies = replies ?? [];
            Notifies = notifies;
        }

        public IReadOnlyList<object> Replies { get; }

        public TD StateData { get; }

        public TS StateName { get; }

        public Reason StopReason { get; }

        public TimeSpan? Timeout { get; }

        /// <summary>Stay does not count as a transition; going to the same state does.</summary>
        internal bool Notifies { get; }

        public State<TS, TD> ForMax(TimeSpan timeout) =>
            timeout <= TimeSpan.MaxValue && timeout >= TimeSpan.Zero
                ? new(StateName, StateData, timeout, StopReason, Replies, Notifies)
                : new(StateName, StateData, System.Threading.Timeout.InfiniteTimeSpan, StopReason, Replies, Notifies);

        public State<TS, TD> Replying(object replyValue) =>
            new(StateName, StateData, Timeout, StopReason, [replyValue, .. Replies], Notifies);

        public State<TS, TD> Using(TD nextStateData) => new(StateName, nextStateData, Timeout, StopReason, Replies, Notifies);

        internal State<TS, TD> WithStopReason(Reason reason) => new(StateName, StateData, Timeout, reason, Replies, Notifies);

        internal State<TS, TD> WithoutNotification() => new(StateName, StateData, Timeout, StopReason, Replies, notifies: false);

        public bool Equals(State<TS, TD> other) =>
            ReferenceEquals(this, other)
            || (other is not null && EqualityComparer<TS>.Default.Equals(StateName, other.StateName)
                && EqualityComparer<TD>.Default.Equals(StateData, other.StateData) && Timeout.Equals(other.Timeout)
                && Equals(StopReason, other.StopReason) && Replies.SequenceEqual(other.Replies));

        public override bool Equals(object obj) => Equals(obj as State<TS, TD>);

        public override int GetHashCode() => HashCode.Combine(StateName, StateData, Timeout, StopReason);

        public override string ToString() => $"State <{StateName}>, Data <{StateData}>";
    }
}
