using System.Runtime.CompilerServices;

namespace ActorEtcd.Store;

/// <summary>A child, the lower bound of its keys (unused in the first slot) and its live keys.</summary>
internal struct InnerSlot
{
    public ulong Digest;
    public byte[] Key;
    public TreeNode Child;
    public int Live;
}

[InlineArray(TreeNode.Width)]
internal struct InnerSlots
{
    private InnerSlot _first;
}
