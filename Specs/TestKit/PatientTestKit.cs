using Akka.Configuration;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// The test kit with patience: by itself it waits three seconds for a message, and a busy machine gives a thread no processor
/// for as long as that. What comes costs nothing of it.
/// </summary>
public abstract class PatientTestKit : global::Akka.TestKit.Xunit2.TestKit
{
    private static readonly Config Patience = ConfigurationFactory.ParseString(
        "akka.test { single-expect-default = 60s, default-timeout = 60s }");

    protected PatientTestKit(string config = "")
        : this(ConfigurationFactory.ParseString(config))
    {
    }

    protected PatientTestKit(Config config, string? actorSystemName = null)
        : base(Patience.WithFallback(config), actorSystemName)
    {
    }

    /// <summary>Waits for a condition; the kit's own way to do it looks ten times in all.</summary>
    protected void Until(Func<bool> condition) => AwaitCondition(condition, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(20));
}
