using System.Runtime.InteropServices;
using System.Text;

namespace ActorEtcd.V2;

/// <summary>What the nodes of a tree come to, kept in step with it. The same for the same nodes, whatever order they came in.</summary>
/// <param name="Bytes">What those that clients made take, as the quota counts it; the server's own are few.</param>
/// <param name="Digest">A sum over all that is in them.</param>
public readonly record struct V2Sum(long Bytes, ulong Digest)
{
    /// <summary>Counted for a node beside its path and value: about what it takes in memory and in a checkpoint.</summary>
    public const int NodeBytes = 128;

    private const ulong Factor = 0x9E37_79B9_7F4A_7C15;

    /// <summary>A node and all below it.</summary>
    public static V2Sum Of(V2Node root) => root.ChildrenFirst().Aggregate(default(V2Sum), static (sum, node) => sum.With(node));

    /// <summary>With a node, without what is below it.</summary>
    public V2Sum With(V2Node node) => new(Bytes + SizeOf(node), Digest + HashOf(node));

    public V2Sum Without(V2Node node) => new(Bytes - SizeOf(node), Digest - HashOf(node));

    private static long SizeOf(V2Node node) => V2Path.IsOfClients(node.Path)
        ? NodeBytes + Encoding.UTF8.GetByteCount(node.Path) + Encoding.UTF8.GetByteCount(node.Value)
        : 0;

    private static ulong HashOf(V2Node node)
    {
        var hash = Mix(Mix(0, node.Path), node.Value);
        hash = Mix(Mix(Mix(hash, node.CreatedIndex), node.ModifiedIndex), (ulong)node.ExpiresAt);
        return Mix(hash, node.IsDirectory ? 1UL : 0UL);
    }

    private static ulong Mix(ulong hash, string text)
    {
        var words = MemoryMarshal.Cast<char, ulong>(text.AsSpan());
        foreach (var word in words)
        {
            hash = Mix(hash, word);
        }

        foreach (var rest in text.AsSpan(words.Length * (sizeof(ulong) / sizeof(char))))
        {
            hash = Mix(hash, rest);
        }

        return Mix(hash, (ulong)text.Length);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        var mixed = (hash ^ word) * Factor;
        return mixed ^ (mixed >> 29);
    }
}
