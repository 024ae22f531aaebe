using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Configs;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// A test scheduler whose monotonic clock stands still too, and moves with <see cref="TestScheduler.Advance"/>: actors
/// that measure time by it live in the same virtual time as their timers. Akka.NET's own tells the machine's time.
/// </summary>
public sealed class VirtualTimeScheduler : TestScheduler, ITimeProvider
{
    private readonly DateTimeOffset _started;

    public VirtualTimeScheduler(Config schedulerConfig, ILoggingAdapter log)
        : base(schedulerConfig, log) => _started = TimeNow;

    /// <summary>The test kit's configuration with this scheduler.</summary>
    public static Config Config { get; } =
        ConfigurationFactory.ParseString($"akka.scheduler.implementation = \"{typeof(VirtualTimeScheduler).AssemblyQualifiedName}\"")
            .WithFallback(TestConfigs.TestSchedulerConfig);

    TimeSpan ITimeProvider.MonotonicClock => TimeNow - _started;

    TimeSpan ITimeProvider.HighResMonotonicClock => TimeNow - _started;
}
