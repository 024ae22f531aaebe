using System.Collections.Immutable;

namespace ActorEtcd.Store;

/// <summary>
/// The whole store at one moment: which bytes of which segments, in revision order, make it up. Only the last
/// segment may still be appended to. Recovery from a manifest and the same log entries gives the same store.
/// </summary>
public sealed record StoreManifest(
    long Revision, long CompactRevision, ulong HistoryHash, ImmutableArray<SegmentInfo> Segments)
{
    /// <summary>A store that holds nothing, as etcd starts: revision 1, never compacted.</summary>
    public static StoreManifest Empty { get; } = new(1, -1, 0, []);

    /// <summary>Segments with what a large replicated state holds beside the store; see <c>Apply/StateSegments.cs</c>.</summary>
    public ImmutableArray<SegmentInfo> StateSegments { get; init; } = [];

    /// <summary>Everything that the manifest needs on the disk.</summary>
    public IEnumerable<SegmentInfo> AllSegments => Segments.Concat(StateSegments);

    /// <summary>The sum of the lengths of the segments of the store.</summary>
    public long TotalBytes => Segments.Sum(segment => (long)segment.Length);
}
