namespace Akka.Actor.Internal;

internal sealed class ActionHandler<T> : MessageHandler
{
    private readonly Action<T> _handler;
    private readonly Predicate<T> _shouldHandle;

    public ActionHandler(Action<T> handler, Predicate<T> shouldHandle)
        : base(typeof(T), shouldHandle is null)
    {
        _handler = handler;
        _shouldHandle = shouldHandle;
    }

    public override bool TryHandle(object message)
    {
        if (message is not T typed || (_shouldHandle is not null && !_shouldHandle(typed)))
        {
            return false;
        }

        _handler(typed);
        return true;
    }
}
