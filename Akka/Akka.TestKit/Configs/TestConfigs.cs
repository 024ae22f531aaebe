using Akka.Configuration;

namespace Akka.TestKit.Configs;

/// <summary>Ready-made configurations for a test kit.</summary>
public static class TestConfigs
{
    /// <summary>The defaults of the test kit.</summary>
    public static Config DefaultConfig => TestKitBase.DefaultConfig;

    /// <summary>The defaults with the virtual-time <see cref="TestScheduler"/>.</summary>
    public static Config TestSchedulerConfig { get; } =
        ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.TestScheduler.conf")
            .WithFallback(TestKitBase.DefaultConfig);
}
