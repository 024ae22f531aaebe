namespace Akka.Actor.Internal;

/// <summary>One Receive of a <see cref="ReceiveActor"/>: a type, perhaps a condition, and what to do.</summary>
internal abstract class MessageHandler
{
    protected MessageHandler(Type type, bool unconditional)
    {
        Type = type;
        Unconditional = unconditional;
    }

    public Type Type { get; }

    /// <summary>Handles every message of its type, so handlers for that type after it are never asked.</summary>
    public bool Unconditional { get; }

    public abstract bool TryHandle(object message);
}
