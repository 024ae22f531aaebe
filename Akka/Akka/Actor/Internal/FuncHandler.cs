namespace Akka.Actor.Internal;

internal sealed class FuncHandler<T> : MessageHandler
{
    private readonly Func<T, bool> _handler;

    public FuncHandler(Func<T, bool> handler)
        : base(typeof(T), unconditional: false)
    {
        _handler = handler;
    }

    public override bool TryHandle(object message) => message is T typed && _handler(typed);
}
