namespace Akka.Remote;

/// <summary>The resource is gone once it has been silent for the heartbeat interval plus the acceptable pause.</summary>
public class DeadlineFailureDetector : FailureDetector
{
    private const long Never = long.MinValue;

    private readonly Clock _clock;
    private readonly long _deadlineMillis;
    private long _heartbeatAt = Never;

    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock clock = null)
    {
        if (acceptableHeartbeatPause <= TimeSpan.Zero)
        {
            throw new ArgumentException("acceptable-heartbeat-pause must be > 0 s", nameof(acceptableHeartbeatPause));
        }

        if (heartbeatInterval <= TimeSpan.Zero)
        {
            throw new ArgumentException("heartbeat-interval must be > 0 s", nameof(heartbeatInterval));
        }

        _clock = clock ?? DefaultClock;
        _deadlineMillis = (long)(acceptableHeartbeatPause + heartbeatInterval).TotalMilliseconds;
    }

    public DeadlineFailureDetector(Config config, EventStream eventStream)
        : this(
            Required(config).GetTimeSpan("acceptable-heartbeat-pause", null),
            config.GetTimeSpan("heartbeat-interval", null))
    {
        _ = eventStream;
    }

    public override bool IsAvailable
    {
        get
        {
            var heartbeatAt = Volatile.Read(ref _heartbeatAt);
            return heartbeatAt == Never || heartbeatAt + _deadlineMillis > _clock();
        }
    }

    public override bool IsMonitoring => Volatile.Read(ref _heartbeatAt) != Never;

    public override void HeartBeat() => Volatile.Write(ref _heartbeatAt, _clock());

    private static Config Required(Config config) => config.IsNullOrEmpty()
        ? throw ConfigurationException.NullOrEmptyConfig<DeadlineFailureDetector>()
        : config;
}
