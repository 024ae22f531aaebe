using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Util.Reflection;

namespace Akka.Actor.Internal;

/// <summary>The actor system: made of its parts in the order in which they need each other.</summary>
public partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly TerminationCallbacks _terminationCallbacks = new();
    private readonly object _terminationLock = new();
    private readonly Lazy<Serialization.Serialization> _serialization;
    private IActorRef _deadLetterListener;
    private bool _aborting;
    private bool _terminating;

    public ActorSystemImpl(string name)
        : this(name, ConfigurationFactory.Load(), Actor.Setup.ActorSystemSetup.Empty)
    {
    }

    public ActorSystemImpl(string name, Config config, Setup.ActorSystemSetup setup, Option<Props>? guardianProps = null)
    {
        if (name is null || !ValidName().IsMatch(name))
        {
            throw new ArgumentException(
                $"invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-' or '_')");
        }

        ArgumentNullException.ThrowIfNull(config);
        Name = name;
        GuardianProps = guardianProps ?? Option<Props>.None;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), Settings.LogFormatter);
        try
        {
            Scheduler = (IScheduler)CreateInstance(Settings.SchedulerClass, Settings.Config, Log);
            Provider = Settings.ProviderSelectionType is ProviderSelection.Local
                ? new LocalActorRefProvider(name, Settings, EventStream)
                : (IActorRefProvider)CreateInstance(Settings.ProviderClass, name, Settings, EventStream);
            _serialization = new Lazy<Serialization.Serialization>(() => new Serialization.Serialization(this));
            Mailboxes = new Mailboxes(this);
            Dispatchers = new Dispatchers(
                this, new DefaultDispatcherPrerequisites(EventStream, Scheduler, Settings, Mailboxes), Log);
        }
        catch
        {
            StopScheduler();
            throw;
        }
    }

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override Dispatchers Dispatchers { get; }

    public override EventStream EventStream { get; }

    public override IInternalActorRef Guardian => Provider.Guardian;

    public Option<Props> GuardianProps { get; }

    public override ILoggingAdapter Log { get; }

    public override IInternalActorRef LookupRoot => Provider.RootGuardian;

    public override Mailboxes Mailboxes { get; }

    public override string Name { get; }

    public override IActorRefProvider Provider { get; }

    public override IScheduler Scheduler { get; }

    public override Serialization.Serialization Serialization => _serialization.Value;

    public override Settings Settings { get; }

    public override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    public override Task WhenTerminated => _terminationCallbacks.Completed;

    internal AddressTerminatedTopic AddressTerminatedTopic { get; } = new();

    public void Start()
    {
        try
        {
            Provider.Init(this);
            _ = Provider.TerminationTask.ContinueWith(
                _ => Finish(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (Settings.LogDeadLetters > 0)
            {
                _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
            }

            EventStream.StartUnsubscriber(this);
            LoadExtensions();
            CoordinatedShutdown.Get(this);
            if (Settings.LogConfigOnStart)
            {
                Log.Info(Settings.ToString());
            }
        }
        catch (Exception)
        {
            Abort();
            throw;
        }
    }

    public override void Abort()
    {
        _aborting = true;
        FinalTerminate();
    }

    public override IActorRef ActorOf(Props props, string name = null) =>
        GuardianProps.HasValue
            ? throw new InvalidOperationException(
                $"cannot create top-level actor {(name is null ? string.Empty : $"[{name}] ")}from the outside on ActorSystem with custom user guardian")
            : Provider.Guardian.Cell.AttachChild(props, false, name);

    public override IActorRef SystemActorOf(Props props, string name = null) =>
        Provider.SystemGuardian.Cell.AttachChild(props, true, name);

    public override IActorRef SystemActorOf<TActor>(string name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) =>
        ActorRefFactoryShared.ActorSelection(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) =>
        ActorRefFactoryShared.ActorSelection(actorPath, this, Provider.RootGuardian);

    public override void Stop(IActorRef actor)
    {
        var parent = actor.Path.Parent;
        if (parent == Provider.Guardian.Path)
        {
            Provider.Guardian.Tell(new Dispatch.SysMsg.StopChild(actor), ActorRefs.NoSender);
        }
        else if (parent == Provider.SystemGuardian.Path)
        {
            Provider.SystemGuardian.Tell(new Dispatch.SysMsg.StopChild(actor), ActorRefs.NoSender);
        }
        else
        {
            ((IInternalActorRef)actor).Stop();
        }
    }

    public override object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        return _extensions.GetOrAdd(
            extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this))).Value;
    }

    public override object GetExtension(IExtensionId extensionId)
    {
        ArgumentNullException.ThrowIfNull(extensionId);
        return RegisterExtension(extensionId);
    }

    public override T GetExtension<T>() => TryGetExtension<T>(out var extension) ? extension : null;

    public override bool HasExtension(Type type) =>
        typeof(IExtension).IsAssignableFrom(type) && _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        var found = _extensions.TryGetValue(extensionType, out var lazy);
        extension = found ? lazy.Value : null;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = TryGetExtension(typeof(T), out var value);
        extension = (T)value;
        return found;
    }

    public override void RegisterOnTermination(Action code) => _terminationCallbacks.Add(code);

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
        {
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        }
        else
        {
            FinalTerminate();
        }

        return WhenTerminated;
    }

    public override string PrintTree()
    {
        var text = new StringBuilder();
        PrintNode(text, Provider.RootGuardian, indent: 0);
        return text.ToString();
    }

    public override string ToString() => LookupRoot.Path.Root.Address.ToString();

    /// <summary>Stops the guardians; what coordinated shutdown does last, or at once when it does not run.</summary>
    internal void FinalTerminate()
    {
        lock (_terminationLock)
        {
            if (_terminating)
            {
                return;
            }

            _terminating = true;
        }

        Log.Debug("System shutdown initiated");
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null)
        {
            Stop(_deadLetterListener);
        }

        if (Provider.Guardian is null)
        {
            Finish();
        }
        else
        {
            Provider.Guardian.Stop();
        }
    }

    private static object CreateInstance(string typeName, params object[] args)
    {
        try
        {
            return Activator.CreateInstance(TypeCache.GetType(typeName), args);
        }
        catch (System.Reflection.TargetInvocationException failed) when (failed.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.InnerException);
            throw;
        }
        catch (Exception cause) when (cause is TypeLoadException or FileNotFoundException)
        {
            throw new ConfigurationException($"'{typeName}' is not a known type", cause);
        }
    }

    private static void PrintNode(StringBuilder text, IInternalActorRef node, int indent)
    {
        text.Append(' ', indent).Append(node.Path.Name.Length == 0 ? "/" : node.Path.Name).Append(" => ").Append(node).AppendLine();
        if (node is ActorRefWithCell withCell)
        {
            foreach (var child in withCell.Children)
            {
                PrintNode(text, (IInternalActorRef)child, indent + 4);
            }
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-_]*$")]
    private static partial Regex ValidName();

    private void Finish()
    {
        EventStream.StopDefaultLoggers(this);
        _terminationCallbacks.Run(() =>
        {
            StopScheduler();
            foreach (var extension in _extensions.Values)
            {
                if (!_aborting && extension.IsValueCreated && extension.Value is IDisposable disposable)
                {
                    disposable.Dispose();
                }
            }
        });
    }

    private void StopScheduler() => (Scheduler as IDisposable)?.Dispose();

    private void LoadExtensions()
    {
        foreach (var name in Settings.Config.GetStringList("akka.extensions", []))
        {
            if (Type.GetType(name) is { } type && typeof(IExtensionId).IsAssignableFrom(type))
            {
                RegisterExtension((IExtensionId)Activator.CreateInstance(type));
            }
            else
            {
                Log.Error("[{0}] is not an 'ExtensionId', skipping...", name);
            }
        }
    }
}
