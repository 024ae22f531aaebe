namespace Akka.Actor;

/// <summary>Where and how an actor is started: what props say, completed by akka.actor.deployment.</summary>
public class Deploy : IEquatable<Deploy>
{
    public static readonly string NoDispatcherGiven = string.Empty;
    public static readonly string NoMailboxGiven = string.Empty;
    public const int NoStashSize = -1;
    public static readonly Scope NoScopeGiven = new NoScope();
    public static readonly Deploy Local = new(LocalScope.Instance);
    public static readonly Deploy None = new();

    public Deploy()
        : this(string.Empty, NoScopeGiven)
    {
    }

    public Deploy(string path, Scope scope)
        : this(path, scope, null, NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    public Deploy(Scope scope)
        : this(string.Empty, scope)
    {
    }

    internal Deploy(string path, Scope scope, Config config, string dispatcher, string mailbox, int stashCapacity)
    {
        Path = path;
        Scope = scope ?? NoScopeGiven;
        Config = config;
        Dispatcher = dispatcher ?? NoDispatcherGiven;
        Mailbox = mailbox ?? NoMailboxGiven;
        StashCapacity = stashCapacity;
    }

    public Config Config { get; }

    public string Dispatcher { get; }

    public string Mailbox { get; }

    public string Path { get; }

    public Scope Scope { get; }

    public int StashCapacity { get; }

    public bool Equals(Deploy other) =>
        ReferenceEquals(this, other)
        || (other is not null && Path == other.Path && Dispatcher == other.Dispatcher && Mailbox == other.Mailbox
            && StashCapacity == other.StashCapacity && Equals(Scope, other.Scope));

    public override bool Equals(object obj) => Equals(obj as Deploy);

    public override int GetHashCode() => HashCode.Combine(Path, Dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithDispatcher(string dispatcher) => new(Path, Scope, Config, dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithMailbox(string mailbox) => new(Path, Scope, Config, Dispatcher, mailbox, StashCapacity);

    public virtual Deploy WithScope(Scope scope) => new(Path, scope, Config, Dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithStashCapacity(int stashSize) => new(Path, Scope, Config, Dispatcher, Mailbox, stashSize);

    public virtual Deploy WithFallback(Deploy other) => new(
        Path,
        Scope.WithFallback(other.Scope),
        Config is null ? other.Config : Config.SafeWithFallback(other.Config),
        Dispatcher == NoDispatcherGiven ? other.Dispatcher : Dispatcher,
        Mailbox == NoMailboxGiven ? other.Mailbox : Mailbox,
        StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity);
}
