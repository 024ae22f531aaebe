using System.Runtime.CompilerServices;

namespace ActorEtcd.Store;

/// <summary>A key and its newest change, which may be after the revision of the reader.</summary>
internal struct LeafSlot
{
    public ulong Digest;
    public byte[] Key;
    public RevisionNode Head;
}

[InlineArray(TreeNode.Width)]
internal struct LeafSlots
{
    private LeafSlot _first;
}
