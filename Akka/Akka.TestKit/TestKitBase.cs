using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// Tests actors from outside: owns a system and a test actor whose received messages are taken and checked
/// by the <c>Expect</c> and <c>Receive</c> methods on the test's thread.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static readonly Config Defaults =
        ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.Reference.conf");

    private static readonly Config FullDebug = ConfigurationFactory.ParseString(
        """
        akka {
          loglevel = DEBUG
          stdout-loglevel = DEBUG
          log-dead-letters = on
          log-dead-letters-during-shutdown = on
          actor.debug {
            receive = on
            autoreceive = on
            lifecycle = on
            event-stream = on
            unhandled = on
            fsm = on
            router-misconfiguration = on
          }
        }
        """);

    private static int TestActorCount;

    private readonly ITestKitAssertions _assertions;
    private readonly TestMailbox _queue = new();
    private ActorSystem _system = null!;
    private TestKitSettings _settings = null!;
    private IActorRef _testActor = null!;
    private EventFilterFactory _eventFilter = null!;
    private ILoggingAdapter? _log;
    private MessageEnvelope _lastMessage = NullMessageEnvelope.Instance;

    // End of the innermost Within on the clock of Now; null outside.
    private TimeSpan? _end;

    // Receiving until silence uses its time up on purpose, so Within does not count it as too slow.
    private bool _lastWasNoMsg;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    protected TestKitBase(
        ITestKitAssertions assertions,
        ActorSystemSetup setup,
        string? actorSystemName = null,
        string? testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    protected TestKitBase(
        ITestKitAssertions assertions,
        Config config,
        string? actorSystemName = null,
        string? testActorName = null)
        : this(assertions, null, SetupOf(config), actorSystemName, testActorName)
    {
    }

    protected TestKitBase(
        ITestKitAssertions assertions,
        ActorSystem? system,
        ActorSystemSetup config,
        string? actorSystemName,
        string? testActorName)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
        InitializeTest(system, config, actorSystemName, testActorName);
    }

    public static Config DefaultConfig => Defaults;

    public static Config FullDebugConfig => FullDebug;

    /// <summary>The clock of all timeouts. It shows real time also under a <see cref="TestScheduler"/>.</summary>
    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public ActorSystem Sys => _system;

    public TestKitSettings TestKitSettings => _settings;

    public IActorRef TestActor => _testActor;

    public EventFilterFactory EventFilter => _eventFilter;

    public ILoggingAdapter Log => _log ??= Logging.GetLogger(_system, GetType().Name);

    public bool HasMessages => _queue.Count > 0;

    public object? LastMessage => _lastMessage.Message;

    public IActorRef LastSender => _lastMessage.Sender;

    public TimeSpan Remaining => _end is null
        ? throw new InvalidOperationException("Remaining has no meaning outside of Within")
        : RemainingOr(TimeSpan.Zero);

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(_settings.SingleExpectDefault));

    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is not { } given)
        {
            return RemainingOrDefault;
        }

        return given < TimeSpan.Zero
            ? throw new ArgumentException($"Must not be negative, it is {given}", nameof(duration))
            : Dilated(given);
    }

    public TimeSpan Dilated(TimeSpan duration) => duration < TimeSpan.Zero
        ? throw new ArgumentException($"Must not be negative, it is {duration}", nameof(duration))
        : new TimeSpan((long)(duration.Ticks * _settings.TestTimeFactor));

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? _settings.SingleExpectDefault;

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestActor.SetIgnore(message => shouldIgnoreMessage(message)));

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestActor.SetIgnore(message => message is TMsg typed && shouldIgnoreMessage(typed)));

    public void IgnoreMessages<TMsg>() => IgnoreMessages<TMsg>(_ => true);

    public void IgnoreNoMessages() => _testActor.Tell(new TestActor.SetIgnore(null));

    public void SetAutoPilot(AutoPilot pilot) => _testActor.Tell(new TestActor.SetAutoPilot(pilot));

    public IActorRef Watch(IActorRef actorToWatch)
    {
        _testActor.Ask(new TestActor.Watch(actorToWatch), RemainingOrDefault).GetAwaiter().GetResult();
        return actorToWatch;
    }

    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await _testActor.Ask(new TestActor.Watch(actorToWatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        _testActor.Ask(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault).GetAwaiter().GetResult();
        return actorToUnwatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await _testActor.Ask(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToUnwatch;
    }

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(_system, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var wait = duration ?? Dilated(TimeSpan.FromSeconds(5)).Min(TimeSpan.FromSeconds(10));
        if (system.Terminate().Wait(wait))
        {
            return;
        }

        var extended = (ExtendedActorSystem)system;
        var message = $"Failed to stop [{system.Name}] within [{wait}]\n{extended.PrintTree()}";
        extended.Guardian.Stop();
        if (verifySystemShutdown)
        {
            throw new TimeoutException(message);
        }

        system.Log.Warning(message);
    }

    protected TimeSpan RemainingOr(TimeSpan duration)
    {
        if (_end is not { } end)
        {
            return duration;
        }

        var remaining = end - Now;
        return remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining;
    }

    protected void InitializeTest(
        ActorSystem? system, Config config, string? actorSystemName, string? testActorName) =>
        InitializeTest(system, SetupOf(config), actorSystemName, testActorName);

    /// <summary>Creates or adopts the system, then creates the test actor and makes it the implicit sender.</summary>
    protected virtual void InitializeTest(
        ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        if (system is null)
        {
            system = ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        }
        else
        {
            system.Settings.InjectTopLevelFallback(Defaults);
        }

        _system = system;
        system.RegisterExtension(new TestKitExtension());
        system.RegisterExtension(new TestKitAssertionsExtension(_assertions));
        _settings = TestKitExtension.For(system);
        _eventFilter = new EventFilterFactory(this);
        var name = string.IsNullOrEmpty(testActorName)
            ? $"testActor{Interlocked.Increment(ref TestActorCount)}"
            : testActorName;
        _testActor = CreateTestActor(system, name);
        BecomeImplicitSender();
    }

    private static ActorSystemSetup SetupOf(Config config) =>
        ActorSystemSetup.Empty.WithSetup(BootstrapSetup.Create().WithConfig(config));

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        var given = setup.Get<BootstrapSetup>();
        var bootstrap = given.HasValue ? given.Value : BootstrapSetup.Create();
        var config = bootstrap.Config.HasValue ? bootstrap.Config.Value.WithFallback(Defaults) : Defaults;
        return setup.WithSetup(bootstrap.WithConfig(config));
    }

    private void BecomeImplicitSender()
    {
        if (this is TestProbe)
        {
            return;
        }

        var cell = this is INoImplicitSender ? null : (ActorCell)((ActorRefWithCell)_testActor).Underlying;
        InternalCurrentActorCellKeeper.Current = cell;
        SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingSynchronizationContext(cell));
    }

    private IActorRef CreateTestActor(ActorSystem system, string name)
    {
        var queue = _queue;
        var props = Props.Create(() => new InternalTestActor(queue)).WithDispatcher("akka.test.test-actor.dispatcher");
        var actor = ((ExtendedActorSystem)system).SystemActorOf(props, name);
        var started = SpinWait.SpinUntil(
            () => actor is not IRepointableRef repointable || repointable.IsStarted, TimeSpan.FromSeconds(5));
        return started ? actor : throw new TimeoutException($"Test actor {actor.Path} has not started within 5 s");
    }
}
