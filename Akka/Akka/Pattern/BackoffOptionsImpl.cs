namespace Akka.Pattern;

internal sealed class BackoffOptionsImpl : BackoffOptions
{
    private readonly bool _restartsOnFailure;
    private readonly Props _childProps;
    private readonly string _childName;
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;
    private IBackoffReset _reset;
    private OneForOneStrategy _strategy = new(SupervisorStrategy.DefaultDecider);
    private object _replyWhileStopped;
    private Func<object, bool> _finalStopMessage;

    public BackoffOptionsImpl(
        bool restartsOnFailure, Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        _restartsOnFailure = restartsOnFailure;
        _childProps = childProps;
        _childName = childName;
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
    }

    internal override Props Props
    {
        get
        {
            BackoffSupervisor.Check(_minBackoff, _maxBackoff, _randomFactor);
            var reset = _reset ?? new AutoReset(_minBackoff);
            if (reset is AutoReset auto && (auto.ResetBackoff < _minBackoff || auto.ResetBackoff > _maxBackoff))
            {
                throw new ArgumentException($"resetBackoff {auto.ResetBackoff} must be between {_minBackoff} and {_maxBackoff}");
            }

            return Props.Create(
                _restartsOnFailure ? typeof(BackoffOnRestartSupervisor) : typeof(BackoffSupervisor),
                _childProps,
                _childName,
                _minBackoff,
                _maxBackoff,
                reset,
                _randomFactor,
                _strategy,
                _replyWhileStopped,
                _finalStopMessage);
        }
    }

    public override BackoffOptions WithAutoReset(TimeSpan resetBackoff) => Change(o => o._reset = new AutoReset(resetBackoff));

    public override BackoffOptions WithManualReset() => Change(o => o._reset = new ManualReset());

    public override BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) =>
        Change(o => o._strategy = supervisorStrategy);

    public override BackoffOptions WithDefaultStoppingStrategy() => Change(o =>
        o._strategy = new OneForOneStrategy(o._strategy.MaxNumberOfRetries, -1, static _ => Directive.Stop));

    public override BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) =>
        Change(o => o._strategy = o._strategy.WithMaxNrOfRetries(maxNrOfRetries));

    public override BackoffOptions WithReplyWhileStopped(object replyWhileStopped) =>
        Change(o => o._replyWhileStopped = replyWhileStopped);

    public override BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) =>
        Change(o => o._finalStopMessage = isFinalStopMessage);

    private BackoffOptionsImpl Change(Action<BackoffOptionsImpl> change)
    {
        var copy = (BackoffOptionsImpl)MemberwiseClone();
        change(copy);
        return copy;
    }
}
