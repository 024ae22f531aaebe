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

    /// <summary>Bytes that all keys of the node begin with and that digests leave out.</summary>
    public int Skip;

    /// <summary>Keys below whose newest change is not a tombstone.</summary>
    public int Live;

    public abstract TreeNode Clone(long epoch);
}
