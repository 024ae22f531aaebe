using ActorEtcd.Host.Telemetry;

namespace ActorEtcd.Host.Config;

/// <summary>The flags of traces.</summary>
internal static class TracingFlags
{
    /// <summary>Null when no traces are wanted.</summary>
    /// <exception cref="ConfigException">The rate is none, or the collector's address.</exception>
    public static TracingOptions? Read(FlagValues flags)
    {
        if (!flags.Switch("enable-distributed-tracing"))
        {
            return null;
        }

        var rate = flags.Number("distributed-tracing-sampling-rate", min: long.MinValue);
        if (rate is < 0 or > TracingOptions.SamplesPerMillionMax)
        {
            throw new ConfigException(
                "distributed tracing configurition is not valid: (distributed tracing sampling rate must be positive and less than or "
                + $"equal to {TracingOptions.SamplesPerMillionMax}, got {rate})");
        }

        var address = flags.Text("distributed-tracing-address");
        return Uri.TryCreate($"http://{address}", UriKind.Absolute, out _)
            ? new TracingOptions(
                address,
                flags.Text("distributed-tracing-service-name"),
                flags.Text("distributed-tracing-instance-id"),
                (int)rate)
            : throw new ConfigException($"--distributed-tracing-address: \"{address}\" does not have the form host:port");
    }
}
