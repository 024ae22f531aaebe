using System.Collections.Concurrent;

namespace Akka.Actor;

/// <summary>References under a path of their own without an actor above them, such as those of pending asks.</summary>
internal class VirtualPathContainer : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _children = new();

    public VirtualPathContainer(IActorRefProvider provider, ActorPath path, IInternalActorRef parent, ILoggingAdapter log)
    {
        Provider = provider;
        Path = path;
        Parent = parent;
        Log = log;
    }

    public override IActorRefProvider Provider { get; }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent { get; }

    public ILoggingAdapter Log { get; }

    public bool HasChildren => !_children.IsEmpty;

    public void AddChild(string name, IInternalActorRef actor) => _children[name] = actor;

    public void RemoveChild(string name) => _children.TryRemove(name, out _);

    public void RemoveChild(string name, IActorRef child) =>
        _children.TryRemove(new KeyValuePair<string, IInternalActorRef>(name, (IInternalActorRef)child));

    public bool TryGetChild(string name, out IInternalActorRef child) => _children.TryGetValue(name, out child);

    public void ForEachChild(Action<IInternalActorRef> action)
    {
        foreach (var child in _children.Values)
        {
            action(child);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        // A selection that leads through here, for instance to the reference of a pending ask.
        if (message is not ActorSelectionMessage { Elements: [SelectChildName first, ..] } selection
            || !_children.TryGetValue(first.Name, out var child))
        {
            Provider.DeadLetters.Tell(message, sender);
            return;
        }

        if (selection.Elements.Length == 1)
        {
            child.Tell(selection.Message, sender);
        }
        else
        {
            child.Tell(selection.Copy(elements: selection.Elements[1..]), sender);
        }
    }

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        if (name.Count == 0)
        {
            return this;
        }

        var first = name[0];
        if (first.Length == 0)
        {
            return this;
        }

        var hash = first.IndexOf('#');
        if (!_children.TryGetValue(hash < 0 ? first : first[..hash], out var child))
        {
            return ActorRefs.Nobody;
        }

        return name.Count == 1 ? child : child.GetChild(name.Skip(1).ToArray());
    }
}
