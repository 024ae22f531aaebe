using System.Text;
using ActorEtcd.Apply;

namespace ActorEtcd.V2;

/// <summary>What the nodes of a tree come to, kept in step with it. The same for the same nodes, whatever order they came in.</summary>
/// <param name="Bytes">What those that clients made take, as the quota counts it; the server's own are few.</param>
/// <param name="Digest">
/// What paths and values come to when members compare. Left out are the server's own nodes, which each version may write in its
/// own way, and indices, of which these nodes take some; and when nodes expire, which shows in whether they are there.
/// </param>
public readonly record struct V2Sum(long Bytes, ulong Digest)
{
    /// <summary>Counted for a node beside its path and value: about what it takes in memory and in a checkpoint.</summary>
    public const int NodeBytes = 128;

    private const ulong OfNode = 4;

    /// <summary>A node and all below it.</summary>
    public static V2Sum Of(V2Node root) => root.ChildrenFirst().Aggregate(default(V2Sum), static (sum, node) => sum.With(node));

    /// <summary>With a node, without what is below it.</summary>
    public V2Sum With(V2Node node) => new(Bytes + SizeOf(node), Digest + HashOf(node));

    public V2Sum Without(V2Node node) => new(Bytes - SizeOf(node), Digest - HashOf(node));

    private static long SizeOf(V2Node node) => V2Path.IsOfClients(node.Path)
        ? NodeBytes + Encoding.UTF8.GetByteCount(node.Path) + Encoding.UTF8.GetByteCount(node.Value)
        : 0;

    private static ulong HashOf(V2Node node) => V2Path.IsOfServer(node.Path)
        ? 0
        : StateHash.Mix(StateHash.Mix(StateHash.Mix(OfNode, node.Path), node.Value), node.IsDirectory ? 1UL : 0UL);
}
