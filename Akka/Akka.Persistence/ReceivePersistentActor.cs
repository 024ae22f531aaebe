using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor whose handlers are declared by message type in its constructor.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly HandlerChain _recover = new();

    private readonly HandlerChain _initialCommands = new();

    // The chain that Command methods add to; only there during construction and inside Become.
    private HandlerChain? _configuring;
    private bool _constructed;

    protected ReceivePersistentActor()
    {
        _configuring = _initialCommands;
    }

    protected void Become(Action configure)
    {
        var commands = Configure(configure);
        Become(message => Handle(commands, message));
    }

    protected void BecomeStacked(Action configure)
    {
        var commands = Configure(configure);
        BecomeStacked(message => Handle(commands, message));
    }

    protected sealed override void OnCommand(object message)
    {
        EndConstruction();
        Handle(_initialCommands, message);
    }

    protected sealed override void OnRecover(object message)
    {
        EndConstruction();
        Handle(_recover, message);
    }

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add(handler, shouldHandle);

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Commands.Add(handler, shouldHandle);

    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Commands.Add(messageType, handler, shouldHandle);

    protected void Command<T>(Func<T, bool> handler) => Commands.Add(handler);

    protected void Command(Type messageType, Func<object, bool> handler) => Commands.Add(messageType, handler);

    protected void Command(Action<object> handler) => Commands.AddAny(handler);

    protected void CommandAny(Action<object> handler) => Commands.AddAny(handler);

    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add<T>(message => RunTask(() => handler(message)), shouldHandle);

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        CommandAsync(handler, shouldHandle);

    protected void CommandAsync(
        Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void CommandAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        CommandAsync(messageType, handler, shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler) =>
        Commands.AddAny(message => RunTask(() => handler(message)));

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Recoveries.Add(handler, shouldHandle);

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recoveries.Add(handler, shouldHandle);

    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Recoveries.Add(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Recoveries.Add(messageType, handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => Recoveries.Add(handler);

    protected void Recover(Type messageType, Func<object, bool> handler) => Recoveries.Add(messageType, handler);

    protected void RecoverAny(Action<object> handler) => Recoveries.AddAny(handler);

    private HandlerChain Commands => _configuring ?? throw new InvalidOperationException(
        "You may only call Command-methods when constructing the actor and inside Become().");

    private HandlerChain Recoveries => !_constructed ? _recover : throw new InvalidOperationException(
        "You may only call Recover-methods when constructing the actor and inside Become().");

    private void EndConstruction()
    {
        if (!_constructed)
        {
            _constructed = true;
            _configuring = null;
        }
    }

    private HandlerChain Configure(Action configure)
    {
        var outer = _configuring;
        var commands = new HandlerChain();
        _configuring = commands;
        try
        {
            configure();
            return commands;
        }
        finally
        {
            _configuring = outer;
        }
    }

    private void Handle(HandlerChain chain, object message)
    {
        if (!chain.Handle(message))
        {
            Unhandled(message);
        }
    }
}
