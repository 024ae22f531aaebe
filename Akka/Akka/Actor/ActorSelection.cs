namespace Akka.Actor;

/// <summary>The actors below an anchor that a path, perhaps with wildcards, leads to at the time of sending.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection()
    {
    }

    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Length == 0 ? [] : path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        var path = new List<SelectionPathElement>();
        foreach (var element in elements)
        {
            switch (element)
            {
                case "":
                    break;
                case "**" when path.Count >= 0:
                    path.Add(SelectChildRecursive.Instance);
                    break;
                case "..":
                    path.Add(SelectParent.Instance);
                    break;
                default:
                    path.Add(element.Contains('?') || element.Contains('*')
                        ? new SelectChildPattern(element)
                        : new SelectChildName(element));
                    break;
            }
        }

        var recursive = path.FindIndex(e => e is SelectChildRecursive);
        if (recursive >= 0 && recursive < path.Count - 1)
        {
            throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
        }

        Path = [.. path];
    }

    public IActorRef Anchor { get; private set; }

    public SelectionPathElement[] Path { get; private set; }

    public string PathString => "/" + string.Join<SelectionPathElement>("/", Path);

    public void Tell(object message, IActorRef sender = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        Deliver(Anchor, sender, new ActorSelectionMessage(message, Path));
    }

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        ActorIdentity identity;
        try
        {
            identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", cause);
        }

        return identity.Subject ?? throw new ActorNotFoundException("subject was null");
    }

    public override bool Equals(object obj) => obj is ActorSelection other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Anchor, Path?.Length ?? 0);

    public override string ToString() =>
        $"ActorSelection[Anchor({Anchor.Path}{(Anchor.Path.Uid == ActorCell.UndefinedUid ? string.Empty : "#" + Anchor.Path.Uid)}), Path({PathString})]";

    protected bool Equals(ActorSelection other) => Equals(Anchor, other.Anchor) && Path.SequenceEqual(other.Path);

    /// <summary>Walks from the anchor; where the way leaves this system, the rest of it goes along with the message.</summary>
    internal static void Deliver(IActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        var current = (IInternalActorRef)anchor;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (current is not ActorRefWithCell withCell)
            {
                current.Tell(selection.Copy(elements: selection.Elements[i..]), sender);
                return;
            }

            var last = i == selection.Elements.Length - 1;
            switch (selection.Elements[i])
            {
                case SelectParent:
                    current = withCell.Parent is Nobody ? withCell : withCell.Parent;
                    break;
                case SelectChildName child:
                    var found = withCell.GetSingleChild(child.Name);
                    if (found is Nobody)
                    {
                        if (!selection.WildCardFanOut)
                        {
                            Missing(withCell, selection.Elements.AsSpan(i)).Tell(selection, sender);
                        }

                        return;
                    }

                    current = found;
                    break;
                case SelectChildPattern pattern:
                    FanOut(withCell, sender, selection, i, withCell.Children.Where(c => c.Path.Name.Like(pattern.PatternStr)).ToArray());
                    return;
                case SelectChildRecursive:
                    DeliverToAll(withCell, sender, selection);
                    return;
            }
        }

        current.Tell(selection.Message, sender);
    }

    private static void FanOut(
        ActorRefWithCell parent, IActorRef sender, ActorSelectionMessage selection, int index, IActorRef[] matching)
    {
        if (matching.Length == 0)
        {
            if (!selection.WildCardFanOut)
            {
                Missing(parent, selection.Elements.AsSpan(index)).Tell(selection, sender);
            }

            return;
        }

        var rest = selection.Copy(
            elements: selection.Elements[(index + 1)..],
            wildCardFanOut: selection.WildCardFanOut || matching.Length > 1);
        foreach (var child in matching)
        {
            Deliver(child, sender, rest);
        }
    }

    private static void DeliverToAll(ActorRefWithCell parent, IActorRef sender, ActorSelectionMessage selection)
    {
        foreach (var child in parent.Children)
        {
            child.Tell(selection.Message, sender);
            if (child is ActorRefWithCell withCell)
            {
                DeliverToAll(withCell, sender, selection);
            }
        }
    }

    private static EmptyLocalActorRef Missing(ActorRefWithCell from, ReadOnlySpan<SelectionPathElement> elements)
    {
        var path = from.Path;
        foreach (var element in elements)
        {
            path /= element.ToString();
        }

        return new EmptyLocalActorRef(from.Provider, path, from.Underlying.System.EventStream);
    }
}
