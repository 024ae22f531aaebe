namespace Akka.Actor.Internal;

/// <summary>
/// The handlers of one behaviour in the order in which they were declared. The handlers that can take a message of
/// a given type are worked out when the first such message comes.
/// </summary>
internal sealed class HandlerTable
{
    private readonly List<MessageHandler> _handlers = [];
    private readonly Dictionary<Type, MessageHandler[]> _byType = [];
    private Type _lastType;
    private MessageHandler[] _lastHandlers;
    private bool _catchesAll;

    public void Add(MessageHandler handler)
    {
        if (_catchesAll)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }

        _catchesAll = handler.Type == typeof(object) && handler.Unconditional;
        _handlers.Add(handler);
        _byType.Clear();
        _lastType = null;
    }

    public bool Handle(object message)
    {
        var type = message.GetType();
        var candidates = ReferenceEquals(type, _lastType) ? _lastHandlers : Find(type);
        foreach (var handler in candidates)
        {
            if (handler.TryHandle(message))
            {
                return true;
            }
        }

        return false;
    }

    private MessageHandler[] Find(Type type)
    {
        if (!_byType.TryGetValue(type, out var handlers))
        {
            handlers = Select(type);
            _byType.Add(type, handlers);
        }

        _lastType = type;
        _lastHandlers = handlers;
        return handlers;
    }

    private MessageHandler[] Select(Type type)
    {
        var selected = new List<MessageHandler>();
        foreach (var handler in _handlers)
        {
            if (handler.Type.IsAssignableFrom(type))
            {
                selected.Add(handler);
                if (handler.Unconditional)
                {
                    break;
                }
            }
        }

        return [.. selected];
    }
}
