namespace Akka.Actor;

/// <summary>An actor that declares, in its constructor and in Become, one handler per type of message.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly HandlerTable _initial = new();
    private HandlerTable _configuring;

    protected ReceiveActor()
    {
        _configuring = _initial;
    }

    void IInitializableActor.Init() => _configuring = null;

    protected sealed override void OnReceive(object message)
    {
        if (!_initial.Handle(message))
        {
            Unhandled(message);
        }
    }

    protected void Become(Action configure) => base.Become(Behavior(Configure(configure)));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Behavior(Configure(configure)));

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        Table().Add(new ActionHandler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Table().Add(new TypedObjectHandler(
            messageType,
            message =>
            {
                if (shouldHandle is not null && !shouldHandle(message))
                {
                    return false;
                }

                handler(message);
                return true;
            },
            shouldHandle is null));

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Table().Add(new FuncHandler<T>(handler));

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Table().Add(new TypedObjectHandler(messageType, handler, unconditional: false));

    protected void ReceiveAny(Action<object> handler) => Receive<object>(handler);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAsync(handler);

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Receive(message => ActorTaskScheduler.RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, message => ActorTaskScheduler.RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        ReceiveAsync(messageType, handler, shouldHandle);

    private static Receive Behavior(HandlerTable table) => table.Handle;

    private HandlerTable Configure(Action configure)
    {
        var outer = _configuring;
        var table = new HandlerTable();
        _configuring = table;
        try
        {
            configure();
        }
        finally
        {
            _configuring = outer;
        }

        return table;
    }

    private HandlerTable Table() => _configuring
        ?? throw new InvalidOperationException(
            "You may only call Receive-methods when constructing the actor and inside Become().");
}
