namespace Akka.Pattern;

/// <summary>
/// Starts its child again, with a growing delay, when the child has failed and would be restarted. The failed child
/// is stopped, and a new one is started when the delay is over.
/// </summary>
internal sealed class BackoffOnRestartSupervisor : BackoffSupervisorBase
{
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;
    private readonly OneForOneStrategy _strategy;

    public BackoffOnRestartSupervisor(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        IBackoffReset reset,
        double randomFactor,
        OneForOneStrategy strategy,
        object replyWhileStopped,
        Func<object, bool> finalStopMessage)
        : base(childProps, childName, reset, replyWhileStopped, finalStopMessage)
    {
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
        _strategy = strategy;
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        _strategy.MaxNumberOfRetries,
        _strategy.WithinTimeRangeMilliseconds,
        cause =>
        {
            var directive = _strategy.Decider.Decide(cause);
            return directive == Directive.Restart && Equals(Sender, Child) ? BackOff(cause) : directive;
        });

    protected override bool Receive(object message)
    {
        if (message is Terminated terminated && terminated.ActorRef.Equals(Child))
        {
            Child = null;
            Context.Stop(Self);
            return true;
        }

        return HandleBackoff(message);
    }

    private Directive BackOff(Exception cause)
    {
        var failures = RestartCountN + 1;
        if (_strategy.MaxNumberOfRetries >= 0 && failures > _strategy.MaxNumberOfRetries)
        {
            // The end of its child is the end of the supervisor.
            return Directive.Stop;
        }

        var child = Child;
        Become(message => WaitForStop(message, child, failures));
        return Directive.Stop;
    }

    private bool WaitForStop(object message, IActorRef child, int failures)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(child):
                Become(Receive);
                Child = null;
                ScheduleStart(_minBackoff, _maxBackoff, _randomFactor, RestartCountN);
                RestartCountN = failures;
                return true;
            case BackoffSupervisor.StartChild:
                return true;
            default:
                return HandleBackoff(message);
        }
    }
}
