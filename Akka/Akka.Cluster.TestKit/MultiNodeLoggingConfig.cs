using Akka.Configuration;

namespace Akka.Cluster.Tests.MultiNode;

/// <summary>Logging of cluster tests on several nodes.</summary>
public static class MultiNodeLoggingConfig
{
    public static Config LoggingConfig { get; } =
        ConfigurationFactory.ParseString("akka.loggers = [\"Akka.Event.DefaultLogger\"]");
}
