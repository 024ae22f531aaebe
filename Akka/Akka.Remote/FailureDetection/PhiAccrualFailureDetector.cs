namespace Akka.Remote;

/// <summary>
/// Gives a suspicion level, phi = -log10 of the probability that a heartbeat is still to come after this long a
/// silence, given how regular the heartbeats have been; above the threshold the resource counts as gone.
/// </summary>
public class PhiAccrualFailureDetector : FailureDetector
{
    private readonly double _threshold;
    private readonly int _maxSampleSize;
    private readonly double _minStdDeviationMillis;
    private readonly double _acceptablePauseMillis;
    private readonly long _firstEstimateMillis;
    private readonly Clock _clock;
    private readonly EventStream _eventStream;
    private State _state;

    public PhiAccrualFailureDetector(
        double threshold,
        int maxSampleSize,
        TimeSpan minStdDeviation,
        TimeSpan acceptableHeartbeatPause,
        TimeSpan firstHeartbeatEstimate,
        Clock clock = null)
        : this(clock)
    {
        _threshold = threshold;
        _maxSampleSize = maxSampleSize;
        _minStdDeviationMillis = minStdDeviation.TotalMilliseconds;
        _acceptablePauseMillis = acceptableHeartbeatPause.TotalMilliseconds;
        _firstEstimateMillis = (long)firstHeartbeatEstimate.TotalMilliseconds;
        _state = new State(FirstHistory(), null);
    }

    public PhiAccrualFailureDetector(Config config, EventStream ev)
        : this(
            Required(config).GetDouble("threshold", 0),
            config.GetInt("max-sample-size", 0),
            config.GetTimeSpan("min-std-deviation", null),
            config.GetTimeSpan("acceptable-heartbeat-pause", null),
            config.GetTimeSpan("heartbeat-interval", null))
    {
        _eventStream = ev;
    }

    protected PhiAccrualFailureDetector(Clock clock)
    {
        _clock = clock ?? DefaultClock;
    }

    /// <summary>What is watched, for the log.</summary>
    public string Address { get; set; } = "N/A";

    public override bool IsAvailable => Phi(Volatile.Read(ref _state), _clock()) < _threshold;

    public override bool IsMonitoring => Volatile.Read(ref _state).At.HasValue;

    public override void HeartBeat()
    {
        var now = _clock();
        for (; ; )
        {
            var current = Volatile.Read(ref _state);
            var next = new State(NextHistory(current, now), now);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _state, next, current), current))
            {
                return;
            }
        }
    }

    private static Config Required(Config config) => config.IsNullOrEmpty()
        ? throw ConfigurationException.NullOrEmptyConfig<PhiAccrualFailureDetector>()
        : config;

    // The silence that ends an outage says nothing about the rhythm, so it stays out of the history.
    private HeartbeatHistory NextHistory(State current, long now)
    {
        if (current.At is not { } at)
        {
            return FirstHistory();
        }

        if (Phi(current, now) >= _threshold)
        {
            return current.History;
        }

        var interval = now - at;
        if (interval >= _acceptablePauseMillis / 3 * 2 && _acceptablePauseMillis > 0)
        {
            _eventStream?.Publish(new Warning(
                ToString(), GetType(), $"heartbeat interval is growing too large for address {Address}: {interval} millis"));
        }

        return current.History.Add(interval);
    }

    // Two samples with a wide spread around the estimate, so that the first real intervals are not surprising.
    private HeartbeatHistory FirstHistory()
    {
        var spread = _firstEstimateMillis / 4;
        return new HeartbeatHistory(_maxSampleSize)
            .Add(_firstEstimateMillis - spread)
            .Add(_firstEstimateMillis + spread);
    }

    private double Phi(State state, long now)
    {
        if (state.At is not { } at)
        {
            return 0;
        }

        var mean = state.History.Mean + _acceptablePauseMillis;
        var deviation = Math.Max(state.History.StandardDeviation, _minStdDeviationMillis);
        var silence = now - at;
        // Logistic approximation of the normal distribution's tail.
        var y = (silence - mean) / deviation;
        var e = Math.Exp(-y * (1.5976 + (0.070566 * y * y)));
        return silence > mean ? -Math.Log10(e / (1 + e)) : -Math.Log10(1 - (1 / (1 + e)));
    }

    private sealed record State(HeartbeatHistory History, long? At);
}
