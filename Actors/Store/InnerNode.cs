namespace ActorEtcd.Store;

/// <summary>Nodes below, with the lower bounds of their keys.</summary>
internal sealed class InnerNode(long epoch) : TreeNode(epoch)
{
    private InnerSlots _slots;

    public Span<InnerSlot> All => _slots;

    public Span<InnerSlot> Slots => All[..Count];

    public override InnerNode Clone(long epoch)
    {
        var copy = new InnerNode(epoch) { Count = Count, Live = Live, Skip = Skip };
        Slots.CopyTo(copy.All);
        return copy;
    }

    /// <summary>The slot of the child that holds the key if any does.</summary>
    public int ChildIndex(ReadOnlySpan<byte> key)
    {
        var slots = Slots;
        var low = 1;
        var high = slots.Length;
        if (Skip > 0 && high > 1)
        {
            var place = KeyDigest.Place(key, slots[1].Key.AsSpan(0, Skip));
            if (place != 0)
            {
                return place < 0 ? 0 : high - 1;
            }
        }

        var digest = KeyDigest.Of(key, Skip);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            ref readonly var slot = ref slots[middle];
            if (slot.Digest < digest
                || (slot.Digest == digest && slot.Key.AsSpan().SequenceCompareTo(key) <= 0))
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
        DigestAnew();
    }

    public void RemoveAt(int index)
    {
        Live -= _slots[index].Live;
        All[(index + 1)..Count].CopyTo(All[index..]);
        Count--;
        All[Count] = default;
        DigestAnew();
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
        DigestAnew();
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
        DigestAnew();
        right.DigestAnew();
        return right;
    }

    // The key of the first slot is not a bound of anything, so it takes no part.
    private void DigestAnew()
    {
        if (Count < 2)
        {
            Skip = 0;
            return;
        }

        Skip = _slots[1].Key.AsSpan().CommonPrefixLength(_slots[Count - 1].Key);
        foreach (ref var slot in Slots[1..])
        {
            slot.Digest = KeyDigest.Of(slot.Key, Skip);
        }
    }
}
