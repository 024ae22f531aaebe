namespace Akka.Actor.Internal;

/// <summary>A handler whose type is known only at run time.</summary>
internal sealed class TypedObjectHandler : MessageHandler
{
    private readonly Func<object, bool> _handler;

    public TypedObjectHandler(Type type, Func<object, bool> handler, bool unconditional)
        : base(type, unconditional)
    {
        _handler = handler;
    }

    public override bool TryHandle(object message) => Type.IsInstanceOfType(message) && _handler(message);
}
