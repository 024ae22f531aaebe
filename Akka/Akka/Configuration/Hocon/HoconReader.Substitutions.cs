namespace Akka.Configuration.Hocon;

/// <summary>
/// Substitutions name a path of the finished text, so that a later assignment counts; one that names its own key
/// stands for what that key held before.
/// </summary>
internal sealed partial class HoconReader
{
    private void ReadSubstitution(HoconValue owner, Slot slot)
    {
        var at = _index;
        var end = _text.IndexOf('}', at);
        if (end < 0 || at + 1 >= _text.Length || _text[at + 1] != '{')
        {
            throw Error("Expected a substitution of the form ${path}", at);
        }

        var path = _text.AsSpan(at + 2, end - at - 2).Trim();
        var optional = path.Length > 0 && path[0] == '?';
        path = optional ? path[1..].Trim() : path;
        if (path.IsEmpty || path.ContainsAny('\n', '$', '{'))
        {
            throw Error("Expected a path in the substitution", at);
        }

        _index = end + 1;
        var substitution = new HoconSubstitution(path.ToString());
        owner.AppendValue(substitution);
        var ownPath = slot.Parent is null ? "" : string.Join('.', _path);
        _pending.Add(new PendingSubstitution(substitution, owner, slot, ownPath, optional, LineAt(at)));
    }

    private void ResolveSubstitutions(HoconValue root)
    {
        foreach (var pending in _pending)
        {
            Resolve(root, pending);
        }

        // A key whose only content is undefined does not exist; removing it may leave another one undefined.
        bool changed;
        do
        {
            changed = _pending.Exists(DropUndefined);
        }
        while (changed);

        foreach (var pending in _pending)
        {
            if (pending.Substitution.IsUndefined && !pending.Optional)
            {
                throw Unresolved(pending);
            }

            RefuseCycle(pending.Substitution.ResolvedValue, pending);
        }
    }

    private static void Resolve(HoconValue root, PendingSubstitution pending)
    {
        var substitution = pending.Substitution;
        var target = substitution.Path == pending.OwnPath
            ? pending.Slot.Prior
            : HoconPath.Find(root, HoconPath.Split(substitution.Path));
        if (target is not null)
        {
            substitution.ResolvedValue = target;
        }
        else if (!pending.Optional)
        {
            throw Unresolved(pending);
        }
    }

    private static FormatException Unresolved(PendingSubstitution pending) =>
        new($"Unresolved substitution: {pending.Substitution.Path} at line {pending.Line}");

    private static bool DropUndefined(PendingSubstitution pending)
    {
        var (slot, owner) = (pending.Slot, pending.Owner);
        if (slot.Parent is null || !owner.Values.TrueForAll(IsNothing)
            || !ReferenceEquals(slot.Parent.GetKey(slot.Key), owner))
        {
            return false;
        }

        // In place, because other substitutions may already stand for this value.
        if (slot.Prior is not null)
        {
            owner.Values = slot.Prior.Values;
        }
        else
        {
            owner.Values = [];
            slot.Parent.Items.Remove(slot.Key);
        }

        return true;
    }

    private static bool IsNothing(IHoconElement element) => element switch
    {
        HoconSubstitution substitution => substitution.IsUndefined,
        HoconLiteral literal => literal.Value.Length > 0 && string.IsNullOrWhiteSpace(literal.Value),
        _ => false,
    };

    private static void RefuseCycle(HoconValue target, PendingSubstitution origin)
    {
        var open = new HashSet<HoconValue>(ReferenceEqualityComparer.Instance);
        Visit(target);

        void Visit(HoconValue value)
        {
            if (!open.Add(value))
            {
                throw new FormatException(
                    $"Substitution {origin.Substitution.Path} at line {origin.Line} is part of a cycle");
            }

            foreach (var element in value.Values)
            {
                switch (element)
                {
                    case HoconSubstitution substitution:
                        Visit(substitution.ResolvedValue);
                        break;
                    case HoconObject child:
                        foreach (var item in child.Items.Values)
                        {
                            Visit(item);
                        }

                        break;
                    case HoconArray array:
                        array.ForEach(Visit);
                        break;
                }
            }

            open.Remove(value);
        }
    }
}
