using Akka.Configuration;

namespace Akka.Remote.TestKit;

/// <summary>The section akka.testconductor.</summary>
public class TestConductorSettings
{
    public TestConductorSettings(Config config)
    {
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<TestConductorSettings>();
        }

        ConnectTimeout = config.GetTimeSpan("connect-timeout");
        ClientReconnects = config.GetInt("client-reconnects");
        ReconnectBackoff = config.GetTimeSpan("reconnect-backoff");
        BarrierTimeout = config.GetTimeSpan("barrier-timeout");
        QueryTimeout = config.GetTimeSpan("query-timeout");
        PacketSplitThreshold = config.GetTimeSpan("packet-split-threshold");
    }

    public TimeSpan ConnectTimeout { get; }

    public int ClientReconnects { get; }

    public TimeSpan ReconnectBackoff { get; }

    public TimeSpan BarrierTimeout { get; }

    public TimeSpan QueryTimeout { get; }

    public TimeSpan PacketSplitThreshold { get; }
}
