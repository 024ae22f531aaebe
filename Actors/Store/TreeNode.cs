using System.Runtime.CompilerServices;

namespace ActorEtcd.Store;

/// <summary>
/// A node of the key index. Nodes of the current batch (<see cref="Epoch"/> equals the tree's) belong to the writer;
/// all others are shared with readers and frozen, but for the newest changes of keys that go on existing.
/// </summary>
internal abstract class TreeNode(long epoch)
{
    public const int Width = 32;

    public readonly long Epoch = epoch;

    public int Count;

    /// <summary>Keys below whose newest change is not a tombstone.</summary>
    public int Live;

    public abstract TreeNode Clone(long epoch);
}

/// <summary>A key and its newest change, which may be after the revision of the reader.</summary>
internal struct LeafSlot
{
    public byte[] Key;
    public RevisionNode Head;
}

/// <summary>A child, the lower bound of its keys (unused in the first slot) and its live keys.</summary>
internal struct InnerSlot
{
    public byte[] Key;
    public TreeNode Child;
    public int Live;
}

[InlineArray(TreeNode.Width)]
internal struct LeafSlots
{
    private LeafSlot _first;
}

[InlineArray(TreeNode.Width)]
internal struct InnerSlots
{
    private InnerSlot _first;
}

internal sealed class LeafNode(long epoch) : TreeNode(epoch)
{
    private LeafSlots _slots;

    public Span<LeafSlot> All => _slots;

    public Span<LeafSlot> Slots => All[..Count];

    public override LeafNode Clone(long epoch)
    {
        var copy = new LeafNode(epoch) { Count = Count, Live = Live };
        Slots.CopyTo(copy.All);
        return copy;
    }

    /// <summary>The first slot whose key is not below the given one.</summary>
    public int LowerBound(ReadOnlySpan<byte> key)
    {
        var slots = Slots;
        var low = 0;
        var high = slots.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (slots[middle].Key.AsSpan().SequenceCompareTo(key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    public bool Holds(int index, ReadOnlySpan<byte> key) =>
        index < Count && _slots[index].Key.AsSpan().SequenceEqual(key);

    public void Insert(int index, byte[] key, RevisionNode head)
    {
        All[index..Count].CopyTo(All[(index + 1)..]);
        _slots[index] = new LeafSlot { Key = key, Head = head };
        Count++;
        Live += head.IsTombstone ? 0 : 1;
    }

    public void RemoveAt(int index)
    {
        Live -= _slots[index].Head.IsTombstone ? 0 : 1;
        All[(index + 1)..Count].CopyTo(All[index..]);
        Count--;
        All[Count] = default;
    }

    public void TakeAll(LeafNode right)
    {
        right.Slots.CopyTo(All[Count..]);
        Count += right.Count;
        Live += right.Live;
    }

    /// <summary>Moves the slots from the index on into a new right neighbour.</summary>
    public LeafNode SplitAt(int index)
    {
        var right = new LeafNode(Epoch) { Count = Count - index };
        var moved = Slots[index..];
        moved.CopyTo(right.All);
        foreach (ref readonly var slot in moved)
        {
            right.Live += slot.Head.IsTombstone ? 0 : 1;
        }

        moved.Clear();
        Count = index;
        Live -= right.Live;
        return right;
    }
}

internal sealed class InnerNode(long epoch) : TreeNode(epoch)
{
    private InnerSlots _slots;

    public Span<InnerSlot> All => _slots;

    public Span<InnerSlot> Slots => All[..Count];

    public override InnerNode Clone(long epoch)
    {
        var copy = new InnerNode(epoch) { Count = Count, Live = Live };
        Slots.CopyTo(copy.All);
        return copy;
    }

    /// <summary>The slot of the child that holds the key if any does.</summary>
    public int ChildIndex(ReadOnlySpan<byte> key)
    {
        var slots = Slots;
        var low = 1;
        var high = slots.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (slots[middle].Key.AsSpan().SequenceCompareTo(key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    public void Insert(int index, byte[] key, TreeNode child)
    {
        All[index..Count].CopyTo(All[(index + 1)..]);
        _slots[index] = new InnerSlot { Key = key, Child = child, Live = child.Live };
        Count++;
        Live += child.Live;
    }

    public void RemoveAt(int index)
    {
        Live -= _slots[index].Live;
        All[(index + 1)..Count].CopyTo(All[index..]);
        Count--;
        All[Count] = default;
    }

    /// <summary>Takes the child in whatever state it has now into the slot and the counts.</summary>
    public void Update(int index, TreeNode child)
    {
        Live += child.Live - _slots[index].Live;
        _slots[index].Child = child;
        _slots[index].Live = child.Live;
    }

    public void TakeAll(InnerNode right, byte[] separator)
    {
        right.Slots.CopyTo(All[Count..]);
        _slots[Count].Key = separator;
        Count += right.Count;
        Live += right.Live;
    }

    /// <summary>Moves the slots from the index on into a new right neighbour.</summary>
    public InnerNode SplitAt(int index)
    {
        var right = new InnerNode(Epoch) { Count = Count - index };
        var moved = Slots[index..];
        moved.CopyTo(right.All);
        foreach (ref readonly var slot in moved)
        {
            right.Live += slot.Live;
        }

        moved.Clear();
        Count = index;
        Live -= right.Live;
        return right;
    }
}
