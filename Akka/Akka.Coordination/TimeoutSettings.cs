using Akka.Configuration;

namespace Akka.Coordination;

public sealed class TimeoutSettings
{
    private static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(5);

    public TimeoutSettings(TimeSpan heartbeatInterval, TimeSpan heartbeatTimeout, TimeSpan operationTimeout)
    {
        HeartbeatInterval = heartbeatInterval;
        HeartbeatTimeout = heartbeatTimeout;
        OperationTimeout = operationTimeout;
    }

    /// <summary>How often an owner confirms that it is there.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>How long a lease outlives an owner that crashed.</summary>
    public TimeSpan HeartbeatTimeout { get; }

    /// <summary>How long acquire and release may take.</summary>
    public TimeSpan OperationTimeout { get; }

    public static TimeoutSettings Create(Config config)
    {
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<TimeoutSettings>();
        }

        var timeout = config.GetTimeSpan("heartbeat-timeout", null);
        var interval = string.IsNullOrEmpty(config.GetString("heartbeat-interval"))
            ? Max(timeout / 10, IntervalMin)
            : config.GetTimeSpan("heartbeat-interval", null);
        if (interval >= timeout / 2)
        {
            throw new ArgumentException("heartbeat-interval must be less than half heartbeat-timeout", nameof(config));
        }

        return new TimeoutSettings(interval, timeout, config.GetTimeSpan("lease-operation-timeout", null));
    }

    public TimeoutSettings WithHeartbeatInterval(TimeSpan heartbeatInterval) =>
        new(heartbeatInterval, HeartbeatTimeout, OperationTimeout);

    public TimeoutSettings WithHeartbeatTimeout(TimeSpan heartbeatTimeout) =>
        new(HeartbeatInterval, heartbeatTimeout, OperationTimeout);

    public TimeoutSettings withOperationTimeout(TimeSpan operationTimeout) =>
        new(HeartbeatInterval, HeartbeatTimeout, operationTimeout);

    public override string ToString() => $"TimeoutSettings({HeartbeatInterval}, {HeartbeatTimeout}, {OperationTimeout})";

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
