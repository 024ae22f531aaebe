using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>
/// A key that this proxy alone may change, with what it has. Belongs to the table, under its lock.
/// Invariant: while no write of it is under way, <see cref="Pair"/> is what the cluster has at every revision from
/// <see cref="AsOf"/> on, for as long as the leasing key of revision <see cref="Revision"/> exists.
/// </summary>
internal sealed class OwnedKey(ByteString key, long revision, KeyValue? pair)
{
    private const int Overhead = 400;

    public ByteString Key => key;

    /// <summary>The revision at which the leasing key was created: it tells this ownership from every other.</summary>
    public long Revision { get; } = revision;

    /// <summary>Null: there is no such key. Never changed in place.</summary>
    public KeyValue? Pair { get; private set; } = pair;

    public long AsOf { get; private set; } = revision;

    /// <summary>Writes through this proxy that have not ended; what is kept is not told meanwhile.</summary>
    public int Writes { get; set; }

    /// <summary>Whether it is owned no more.</summary>
    public bool IsLost { get; set; }

    public LinkedListNode<OwnedKey>? Use { get; set; }

    public long Size => Overhead + (2 * key.Length) + (Pair?.Value.Length ?? 0);

    /// <summary>Writes may end in another order than they happened: the newest stands.</summary>
    public void Settle(long revision, KeyValue? pair)
    {
        if (revision > AsOf)
        {
            (AsOf, Pair) = (revision, pair);
        }
    }
}
