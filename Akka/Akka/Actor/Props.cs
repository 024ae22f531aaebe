using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>The recipe of an actor: its type, the arguments of its constructor, and how it is deployed.</summary>
public class Props : IEquatable<Props>
{
    public static readonly Props None = new(typeof(TerminatedActor));

    private static readonly ConcurrentDictionary<(Type Type, int Arguments), ConstructorInfo> OnlyConstructors = new();

    private readonly IIndirectActorProducer _producer;
    private readonly ConstructorInfo _constructor;

    protected Props()
        : this(Deploy.None, typeof(TerminatedActor), null, [], null, null)
    {
    }

    protected Props(Props copy)
        : this(copy.Deploy, copy.Type, copy.SupervisorStrategy, copy.Arguments, copy._producer, copy._constructor)
    {
    }

    public Props(Type type, object[] args)
        : this(Deploy.None, type, null, args, null, null)
    {
    }

    public Props(Type type)
        : this(type, [])
    {
    }

    public Props(Type type, SupervisorStrategy supervisorStrategy, IEnumerable<object> args)
        : this(Deploy.None, type, supervisorStrategy, args.ToArray(), null, null)
    {
    }

    public Props(Type type, SupervisorStrategy supervisorStrategy, params object[] args)
        : this(Deploy.None, type, supervisorStrategy, args, null, null)
    {
    }

    public Props(Deploy deploy, Type type, IEnumerable<object> args)
        : this(deploy, type, null, args.ToArray(), null, null)
    {
    }

    public Props(Deploy deploy, Type type, params object[] args)
        : this(deploy, type, null, args, null, null)
    {
    }

    private Props(
        Deploy deploy,
        Type type,
        SupervisorStrategy strategy,
        object[] args,
        IIndirectActorProducer producer,
        ConstructorInfo constructor)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ActorBase).IsAssignableFrom(type))
        {
            throw new ArgumentException($"Type {type} is not an actor", nameof(type));
        }

        Deploy = deploy;
        Type = type;
        SupervisorStrategy = strategy;
        Arguments = args ?? [null];
        _producer = producer;
        _constructor = constructor;
    }

    public static Props Empty { get; } = None;

    public object[] Arguments { get; }

    public Deploy Deploy { get; protected set; }

    public string Dispatcher =>
        Deploy.Dispatcher == Deploy.NoDispatcherGiven ? Dispatchers.DefaultDispatcherId : Deploy.Dispatcher;

    public string Mailbox => Deploy.Mailbox;

    public SupervisorStrategy SupervisorStrategy { get; protected set; }

    public Type Type { get; }

    public string TypeName => Type.AssemblyQualifiedName;

    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression body)
        {
            throw new ArgumentException("The create function must be a 'new T (args)' expression");
        }

        return new Props(
            Deploy.None, typeof(TActor), supervisorStrategy, ArgumentReader.Read(body), null, body.Constructor);
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), supervisorStrategy);

    public static Props Create(Type type, params object[] args) => new(type, args);

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) =>
        new(Deploy.None, producer.ActorType, null, args, producer, null);

    public virtual ActorBase NewActor()
    {
        try
        {
            return _producer is not null ? _producer.Produce() : Construct();
        }
        catch (TargetInvocationException failed) when (failed.InnerException is not null)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({string.Join(",", Arguments)})",
                failed.InnerException);
        }
        catch (Exception failed) when (failed is MissingMethodException or MemberAccessException or AmbiguousMatchException)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({string.Join(",", Arguments)})",
                failed);
        }
    }

    /// <summary>Completes what these props leave open with what the configuration deploys at their path.</summary>
    internal Props WithDeployment(Deploy configured) => Change(p => p.Deploy = configured.WithFallback(Deploy));

    internal void Release(ActorBase actor) => _producer?.Release(actor);

    public Props WithDeploy(Deploy deploy) => Change(p => p.Deploy = deploy.WithFallback(Deploy));

    public Props WithDispatcher(string dispatcher) => Change(p => p.Deploy = Deploy.WithDispatcher(dispatcher));

    public Props WithMailbox(string mailbox) => Change(p => p.Deploy = Deploy.WithMailbox(mailbox));

    public Props WithStashCapacity(int stashCapacity) => Change(p => p.Deploy = Deploy.WithStashCapacity(stashCapacity));

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) =>
        Change(p => p.SupervisorStrategy = supervisorStrategy);

    public bool Equals(Props other) =>
        ReferenceEquals(this, other)
        || (other is not null && Type == other.Type && Equals(Deploy, other.Deploy)
            && Equals(SupervisorStrategy, other.SupervisorStrategy) && Arguments.SequenceEqual(other.Arguments));

    public override bool Equals(object obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(Type, Deploy, Arguments.Length);

    protected virtual Props Copy() => new(this);

    private Props Change(Action<Props> change)
    {
        var copy = Copy();
        change(copy);
        return copy;
    }

    private ActorBase Construct()
    {
        var constructor = _constructor ?? OnlyConstructors.GetOrAdd((Type, Arguments.Length), static key => FindOnly(key));
        return (ActorBase)(constructor is not null
            ? constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, Arguments, null)
            : Activator.CreateInstance(
                Type,
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.OptionalParamBinding,
                null,
                Arguments,
                null));
    }

    // With one candidate there is no overload to choose; otherwise the binder chooses from the arguments.
    private static ConstructorInfo FindOnly((Type Type, int Arguments) key)
    {
        var constructors = key.Type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        return constructors.Length == 1 && constructors[0].GetParameters().Length == key.Arguments ? constructors[0] : null;
    }

    private sealed class TerminatedActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
