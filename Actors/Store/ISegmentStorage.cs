using System.Diagnostics.CodeAnalysis;

namespace ActorEtcd.Store;

/// <summary>
/// Where segments live. <see cref="Create"/> and <see cref="Drop"/> never touch a disk, so the apply actor may call
/// them; the others may block and belong to actors on dispatchers of their own. All are safe to call at once.
/// </summary>
public interface ISegmentStorage
{
    /// <summary>A new, empty segment to append to.</summary>
    Segment Create(int capacity);

    /// <summary>
    /// The segment that a manifest names, cut to the manifest's length and checked; with a capacity above its
    /// length when it will be appended to. Always an object of its own: the store that is to be replaced, and those
    /// who read it, still use theirs while a scan counts this one. Throws <see cref="SegmentDamagedException"/> and
    /// <see cref="SegmentUnreadableException"/>.
    /// </summary>
    Segment Open(SegmentInfo info, int capacity);

    /// <summary>A segment that is in use, by its name.</summary>
    bool TryGet(long id, [NotNullWhen(true)] out Segment? segment);

    /// <summary>A sealed and durable segment with the content that another member describes.</summary>
    bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own);

    /// <summary>
    /// Makes the bytes that the manifest names durable; returns the manifest with the checksums filled in. Throws
    /// <see cref="SegmentWriteException"/>, after which the storage must not be used for another flush unless there was no room.
    /// </summary>
    StoreManifest Flush(StoreManifest manifest);

    /// <summary>Says that the store no longer uses the segment; a durable manifest may still name it.</summary>
    void Drop(Segment segment);

    /// <summary>No manifest has ever named the segment: it goes at once.</summary>
    void Discard(Segment segment);

    /// <summary>The manifest is durable: deletes dropped segments that it does not name.</summary>
    void Retain(StoreManifest manifest);

    /// <summary>Deletes what no manifest names, when nothing else is in use yet.</summary>
    void DeleteOrphans(StoreManifest manifest);

    /// <summary>
    /// Reads the next sealed and durable segment after the one of that number back from the disk; null behind the last, and
    /// always where there is no disk. Throws <see cref="SegmentDamagedException"/>, or <see cref="SegmentUnreadableException"/>
    /// when the failure says nothing about the segment.
    /// </summary>
    SegmentInfo? VerifyNext(long after) => null;

    /// <summary>
    /// What can be read of a damaged segment, with zeros for the rest, as long as it should be; null where segments are never
    /// mended.
    /// </summary>
    byte[]? ReadDamaged(SegmentInfo info) => null;

    /// <summary>
    /// Puts the content, which has the segment's checksum, durably in its place; whoever reads the segment meanwhile goes on
    /// doing so. Throws <see cref="SegmentWriteException"/>, after which all is as it was.
    /// </summary>
    void Mend(SegmentInfo info, ReadOnlyMemory<byte> content) => throw new NotSupportedException();

    /// <summary>A segment to be filled with the bytes of another member's segment.</summary>
    ISegmentReceiver Receive(SegmentInfo remote);
}
