namespace ActorEtcd.Store;

/// <summary>Keys with their histories.</summary>
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
