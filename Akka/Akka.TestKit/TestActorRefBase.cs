using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.TestKit.Internal;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>A reference to an actor that processes messages on the sending thread and whose instance is visible.</summary>
#pragma warning disable CS0660, CS0661 // Equals and GetHashCode are overridden below, next to the operators
public abstract class TestActorRefBase<TActor> : IInternalActorRef
    where TActor : ActorBase
{
    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    {
        InternalRef = InternalTestActorRef.Create(system, actorProps, supervisor, name);
    }

    public IActorRef Ref => InternalRef;

    public ActorPath Path => InternalRef.Path;

    public TActor UnderlyingActor => (TActor)InternalRef.UnderlyingActor;

    protected InternalTestActorRef InternalRef { get; }

    bool IActorRefScope.IsLocal => InternalRef.IsLocal;

    IInternalActorRef IInternalActorRef.Parent => InternalRef.Parent;

    IActorRefProvider IInternalActorRef.Provider => InternalRef.Provider;

#pragma warning disable CS0618 // obsolete in Akka.NET as well, and part of the interface
    bool IInternalActorRef.IsTerminated => InternalRef.IsTerminated;
#pragma warning restore CS0618

    public static bool operator ==(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) =>
        testActorRef is null ? actorRef is null : testActorRef.Equals(actorRef);

    public static bool operator !=(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) =>
        !(testActorRef == actorRef);

    public static bool operator ==(IActorRef? actorRef, TestActorRefBase<TActor>? testActorRef) =>
        testActorRef == actorRef;

    public static bool operator !=(IActorRef? actorRef, TestActorRefBase<TActor>? testActorRef) =>
        !(testActorRef == actorRef);

    public static IActorRef ToActorRef(TestActorRefBase<TActor> actorRef) => actorRef.InternalRef;

    /// <summary>Processes one message on the calling thread; what the handler throws reaches the caller.</summary>
    public void Receive(object message, IActorRef? sender = null) => InternalRef.Receive(message, sender);

    public void Tell(object message) => InternalRef.Tell(message);

    public void Tell(object message, IActorRef sender) => InternalRef.Tell(message, sender);

    public void Forward(object message) => InternalRef.Forward(message);

    public void Watch(IActorRef subject) => InternalRef.Watch(subject);

    public void Unwatch(IActorRef subject) => InternalRef.Unwatch(subject);

    public void SendSystemMessage(ISystemMessage message, IActorRef sender) => InternalRef.SendSystemMessage(message);

    public void SendSystemMessage(ISystemMessage message) => InternalRef.SendSystemMessage(message);

    public int CompareTo(object? obj) => InternalRef.CompareTo(Unwrap(obj));

    public override bool Equals(object? obj) => InternalRef.Equals(Unwrap(obj));

    public bool Equals(IActorRef? other) => Equals((object?)other);

    public override int GetHashCode() => InternalRef.GetHashCode();

    public override string ToString() => InternalRef.ToString();

    int IComparable<IActorRef>.CompareTo(IActorRef? other) => CompareTo(other);

    ISurrogate ISurrogated.ToSurrogate(ActorSystem system) => InternalRef.ToSurrogate(system);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => InternalRef.GetChild(name);

    void IInternalActorRef.Resume(Exception? causedByFailure) => InternalRef.Resume(causedByFailure);

    void IInternalActorRef.Start() => InternalRef.Start();

    void IInternalActorRef.Stop() => InternalRef.Stop();

    void IInternalActorRef.Restart(Exception cause) => InternalRef.Restart(cause);

    void IInternalActorRef.Suspend() => InternalRef.Suspend();

    private static object? Unwrap(object? other) => other is TestActorRefBase<TActor> test ? test.InternalRef : other;
}
#pragma warning restore CS0660, CS0661
