namespace Akka.Actor;

public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly TimeSpan _started = TimeSpan.FromMilliseconds(Environment.TickCount64);

    protected ActorSystem()
    {
    }

    public abstract IActorRef DeadLetters { get; }

    public abstract Dispatchers Dispatchers { get; }

    public abstract EventStream EventStream { get; }

    public abstract ILoggingAdapter Log { get; }

    public abstract Mailboxes Mailboxes { get; }

    public abstract string Name { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract Serialization.Serialization Serialization { get; }

    public abstract Settings Settings { get; }

    public TimeSpan StartTime => _started;

    public TimeSpan Uptime => TimeSpan.FromMilliseconds(Environment.TickCount64) - _started;

    public abstract Task WhenTerminated { get; }

    public static ActorSystem Create(string name, Config config) =>
        Start(name, config, Actor.Setup.ActorSystemSetup.Empty);

    public static ActorSystem Create(string name, BootstrapSetup setup) =>
        Create(name, Actor.Setup.ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, Setup.ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var config = bootstrap.HasValue && bootstrap.Value.Config.HasValue
            ? bootstrap.Value.Config.Value
            : ConfigurationFactory.Load();
        if (bootstrap.HasValue && bootstrap.Value.ConfigFallback.HasValue)
        {
            config = config.SafeWithFallback(bootstrap.Value.ConfigFallback.Value);
        }

        return Start(name, config, setup);
    }

    public static ActorSystem Create(string name) => Create(name, Actor.Setup.ActorSystemSetup.Empty);

    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    public abstract ActorSelection ActorSelection(string actorPath);

    public abstract object GetExtension(IExtensionId extensionId);

    public abstract T GetExtension<T>()
        where T : class, IExtension;

    public abstract bool HasExtension(Type type);

    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    public abstract object RegisterExtension(IExtensionId extension);

    public abstract void RegisterOnTermination(Action code);

    public abstract void Stop(IActorRef actor);

    public abstract Task Terminate();

    public abstract bool TryGetExtension(Type extensionType, out object extension);

    public abstract bool TryGetExtension<T>(out T extension)
        where T : class, IExtension;

    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }

    private static ActorSystemImpl Start(string name, Config config, Setup.ActorSystemSetup setup)
    {
        var system = new ActorSystemImpl(name, config, setup);
        system.Start();
        return system;
    }
}
