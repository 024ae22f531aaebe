namespace ActorEtcd.Store;

/// <summary>Reading the key index: pure functions of a root, from any thread.</summary>
internal static class KeyTree
{
    /// <summary>
    /// The newest change of the key, or null when it has none since the last compaction. It may be after the
    /// revision of the reader, who has to go back from it.
    /// </summary>
    public static RevisionNode? Find(TreeNode root, ReadOnlySpan<byte> key)
    {
        var node = root;
        while (node is InnerNode inner)
        {
            node = inner.Slots[inner.ChildIndex(key)].Child;
        }

        var leaf = (LeafNode)node;
        var index = leaf.LowerBound(key);
        return leaf.Holds(index, key) ? leaf.Slots[index].Head : null;
    }

    /// <summary>The number of live keys below the given one.</summary>
    public static int Rank(TreeNode root, ReadOnlySpan<byte> key)
    {
        var rank = 0;
        var node = root;
        while (node is InnerNode inner)
        {
            var child = inner.ChildIndex(key);
            foreach (ref readonly var slot in inner.Slots[..child])
            {
                rank += slot.Live;
            }

            node = inner.Slots[child].Child;
        }

        var leaf = (LeafNode)node;
        foreach (ref readonly var slot in leaf.Slots[..leaf.LowerBound(key)])
        {
            rank += slot.Head.IsTombstone ? 0 : 1;
        }

        return rank;
    }

    /// <summary>The number of live keys in the range.</summary>
    public static int CountLive(TreeNode root, KeyRange range)
    {
        if (range.IsSingle)
        {
            return Find(root, range.Start) is { IsTombstone: false } ? 1 : 0;
        }

        var end = range.IsUnbounded ? root.Live : Rank(root, range.End);
        return Math.Max(0, end - Rank(root, range.Start));
    }

    /// <summary>Visits the keys of the range in order, dead ones too, until the visitor has enough.</summary>
    public static void Visit<TVisitor>(TreeNode root, KeyRange range, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct
    {
        if (!range.IsSingle)
        {
            VisitNode(root, range.Start, range, ref visitor);
        }
        else if (Find(root, range.Start) is { } head)
        {
            visitor.Visit(range.SingleKey, head);
        }
    }

    private static bool VisitNode<TVisitor>(
        TreeNode node, ReadOnlySpan<byte> start, KeyRange range, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct
    {
        if (node is LeafNode leaf)
        {
            return VisitLeaf(leaf, start, range, ref visitor);
        }

        var slots = ((InnerNode)node).Slots;
        var first = start.IsEmpty ? 0 : ((InnerNode)node).ChildIndex(start);
        for (var index = first; index < slots.Length; index++)
        {
            if (index > first && !range.IsUnbounded && slots[index].Key.AsSpan().SequenceCompareTo(range.End) >= 0)
            {
                return false;
            }

            if (!VisitNode(slots[index].Child, index == first ? start : default, range, ref visitor))
            {
                return false;
            }
        }

        return true;
    }

    private static bool VisitLeaf<TVisitor>(
        LeafNode leaf, ReadOnlySpan<byte> start, KeyRange range, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct
    {
        var first = start.IsEmpty ? 0 : leaf.LowerBound(start);
        var last = range.IsUnbounded ? leaf.Count : leaf.LowerBound(range.End);
        for (var index = first; index < last; index++)
        {
            ref readonly var slot = ref leaf.Slots[index];
            if (!visitor.Visit(slot.Key, slot.Head))
            {
                return false;
            }
        }

        return last == leaf.Count;
    }
}
