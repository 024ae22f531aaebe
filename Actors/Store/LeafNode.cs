namespace ActorEtcd.Store;

/// <summary>Keys with their histories.</summary>
internal sealed class LeafNode(long epoch) : TreeNode(epoch)
{
    private LeafSlots _slots;

    public Span<LeafSlot> All => _slots;

    public Span<LeafSlot> Slots => All[..Count];

    public override LeafNode Clone(long epoch)
    {
        var copy = new LeafNode(epoch) { Count = Count, Live = Live, Skip = Skip };
        Slots.CopyTo(copy.All);
        return copy;
    }

    /// <summary>The first slot whose key is not below the given one.</summary>
    public int LowerBound(ReadOnlySpan<byte> key)
    {
        var slots = Slots;
        var low = 0;
        var high = slots.Length;
        if (Skip > 0 && high > 0)
        {
            var place = KeyDigest.Place(key, slots[0].Key.AsSpan(0, Skip));
            if (place != 0)
            {
                return place < 0 ? 0 : high;
            }
        }

        var digest = KeyDigest.Of(key, Skip);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            ref readonly var slot = ref slots[middle];
            if (slot.Digest < digest
                || (slot.Digest == digest && slot.Key.AsSpan().SequenceCompareTo(key) < 0))
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
        _slots[index] = new LeafSlot { Digest = KeyDigest.Of(key, Skip), Key = key, Head = head };
        Count++;
        var common = Count == 1 ? key.Length : key.AsSpan().CommonPrefixLength(_slots[index == 0 ? 1 : 0].Key);
        if (common < Skip || Count == 1)
        {
            Digest(common);
        }

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
        DigestAnew();
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
        DigestAnew();
        right.DigestAnew();
        return right;
    }

    private void DigestAnew()
    {
        if (Count > 0)
        {
            Digest(_slots[0].Key.AsSpan().CommonPrefixLength(_slots[Count - 1].Key));
        }
    }

    private void Digest(int skip)
    {
        Skip = skip;
        foreach (ref var slot in Slots)
        {
            slot.Digest = KeyDigest.Of(slot.Key, skip);
        }
    }
}
