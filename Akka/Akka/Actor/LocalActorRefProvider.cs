using Akka.Serialization;

namespace Akka.Actor;

public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly ActorPath _tempNode;
    private readonly Dictionary<string, IInternalActorRef> _extraNames = [];
    private readonly TaskCompletionSource<Status> _terminationPromise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystemImpl _system;
    private VirtualPathContainer _tempContainer;
    private RootGuardianActorRef _rootGuardian;
    private MailboxType _defaultMailbox;
    private Information _serializationInformation;
    private long _tempNumber;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(systemName, settings, eventStream, null, null)
    {
    }

    public LocalActorRefProvider(
        string systemName,
        Settings settings,
        EventStream eventStream,
        Deployer deployer,
        Func<ActorPath, IInternalActorRef> deadLettersFactory)
    {
        Settings = settings;
        EventStream = eventStream;
        Deployer = deployer ?? new Deployer(settings);
        RootPath = new RootActorPath(new Address("akka", systemName));
        Log = Logging.GetLogger(eventStream, "LocalActorRefProvider(" + RootPath.Address + ")");
        var deadLettersPath = RootPath / "deadLetters";
        DeadLetters = deadLettersFactory is null
            ? new DeadLetterActorRef(this, deadLettersPath, eventStream)
            : deadLettersFactory(deadLettersPath);
        _tempNode = RootPath / "temp";
    }

    public IActorRef DeadLetters { get; }

    public Address DefaultAddress => RootPath.Address;

    public Deployer Deployer { get; }

    public EventStream EventStream { get; }

    public LocalActorRef Guardian { get; private set; }

    public ILoggingAdapter Log { get; }

    public IInternalActorRef RootGuardian => _rootGuardian;

    public ActorPath RootPath { get; }

    public Information SerializationInformation => _serializationInformation ??= new Information(RootPath.Address, _system);

    public Settings Settings { get; }

    public LocalActorRef SystemGuardian { get; private set; }

    public IInternalActorRef TempContainer => _tempContainer;

    public Task TerminationTask => _terminationPromise.Task;

    public void Init(ActorSystemImpl system)
    {
        _system = system;
        var supervisor = new RootGuardianSupervisor((RootActorPath)RootPath, this, _terminationPromise, Log);
        var dispatcher = system.Dispatchers.Lookup(Dispatchers.InternalDispatcherId);
        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        var rootProps = Props.Create<GuardianActor>().WithSupervisorStrategy(new OneForOneStrategy(cause =>
        {
            Log.Error(cause, "Guardian failed. Shutting down system");
            return Directive.Stop;
        }));
        _rootGuardian = new RootGuardianActorRef(
            system, rootProps, dispatcher, DefaultMailbox(system), supervisor, RootPath, (IInternalActorRef)DeadLetters, _extraNames);
        _tempContainer = new VirtualPathContainer(this, _tempNode, _rootGuardian, Log);
        _rootGuardian.SetTempContainer(_tempContainer);

        var userProps = system.GuardianProps.HasValue
            ? system.GuardianProps.Value
            : Props.Create<GuardianActor>().WithSupervisorStrategy(strategy);
        Guardian = CreateGuardian(system, "user", userProps, dispatcher);
        SystemGuardian = CreateGuardian(
            system,
            "system",
            Props.Create(typeof(SystemGuardianActor), Guardian).WithSupervisorStrategy(SupervisorStrategy.DefaultStrategy),
            dispatcher);
        _rootGuardian.Start();
        Guardian.Start();
        SystemGuardian.Start();
        SystemGuardian.SendSystemMessage(new Dispatch.SysMsg.Watch(Guardian, SystemGuardian));
        _rootGuardian.SendSystemMessage(new Dispatch.SysMsg.Watch(SystemGuardian, _rootGuardian));
        EventStream.StartDefaultLoggers(system);
    }

    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async)
    {
        if (lookupDeploy)
        {
            var configured = Deployer.Lookup(path);
            if (!ReferenceEquals(configured, Deploy.None))
            {
                props = props.WithDeployment(configured);
            }
        }

        if (deploy is not null)
        {
            props = props.WithDeploy(deploy);
        }

        if (!system.Dispatchers.HasDispatcher(props.Dispatcher))
        {
            throw new ConfigurationException($"Dispatcher [{props.Dispatcher}] not configured for path {path}");
        }

        var dispatcher = system.Dispatchers.Lookup(props.Dispatcher);
        var mailbox = system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        return new LocalActorRef(system, props, dispatcher, mailbox, supervisor, path);
    }

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => new(tcs, null, this);

    public Address GetExternalAddressFor(Address address) => address == RootPath.Address ? address : null;

    public void RegisterExtraName(string name, IInternalActorRef actor) => _extraNames.Add(name, actor);

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path)
    {
        if (path.Parent != _tempNode)
        {
            throw new InvalidOperationException($"Cannot RegisterTempActor() with anything not obtained from TempPath(): {path}");
        }

        _tempContainer.AddChild(path.Name, actorRef);
    }

    public void UnregisterTempActor(ActorPath path)
    {
        if (path.Parent != _tempNode)
        {
            throw new InvalidOperationException($"Cannot UnregisterTempActor() with anything not obtained from TempPath(): {path}");
        }

        _tempContainer.RemoveChild(path.Name);
    }

    public ActorPath TempPath() => _tempNode / ActorCell.Base64Name(Interlocked.Increment(ref _tempNumber), "$");

    public IActorRef ResolveActorRef(string path)
    {
        if (ActorPath.TryParse(path, out var actorPath) && actorPath.Address == RootPath.Address)
        {
            return Resolve(actorPath);
        }

        Log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return DeadLetters;
    }

    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (path.Root == RootPath)
        {
            return Resolve(path);
        }

        Log.Debug("Resolve of foreign ActorPath [{0}] failed", path);
        return DeadLetters;
    }

    public IActorRef RootGuardianAt(Address address) => address == RootPath.Address ? RootGuardian : DeadLetters;

    /// <summary>Follows the names of a path from this system's root, whatever address the path itself tells.</summary>
    internal IActorRef Resolve(ActorPath path)
    {
        var elements = path.Elements.ToArray();
        if (elements.Length == 0)
        {
            return _rootGuardian;
        }

        if (path.Uid != ActorCell.UndefinedUid)
        {
            elements[^1] += "#" + path.Uid;
        }

        var found = _rootGuardian.GetChild(elements);
        return found is Nobody ? new EmptyLocalActorRef(_system.Provider, path, EventStream) : found;
    }

    private MailboxType DefaultMailbox(ActorSystemImpl system) =>
        _defaultMailbox ??= system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId);

    private LocalActorRef CreateGuardian(ActorSystemImpl system, string name, Props props, MessageDispatcher dispatcher)
    {
        var cell = _rootGuardian.Cell;
        var guardian = new LocalActorRef(
            system, props, dispatcher, system.Mailboxes.GetMailboxType(props, null), _rootGuardian, RootPath / name);
        cell.AdoptGuardian(guardian);
        return guardian;
    }
}
