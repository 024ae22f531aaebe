using ActorEtcd.Log;
using ActorEtcd.Store;
using ActorEtcd.Wire;

namespace ActorEtcd.Apply;

/// <summary>
/// Where the replicated state of a checkpoint lies: a small one in its manifest; of a large one leases and v2 keys in segments
/// beside those of the store, which are flushed, fetched in chunks and checked as they are. So its size has no bound but
/// memory. Such a segment is written for one checkpoint, and goes when the next is durable.
/// </summary>
public static class StateSegments
{
    /// <summary>A record of such a segment is about so large, or as large as one node.</summary>
    private const int PartBytesMax = 256 * 1024;

    /// <summary>The manifest with the state in it or beside it; what is beside it is durable.</summary>
    /// <exception cref="SegmentWriteException">Without room, nothing of it is left on the disk.</exception>
    public static CheckpointManifest Write(
        CheckpointManifest manifest, ReplicatedState state, ISegmentStorage storage, ApplySettings settings)
    {
        if (ReplicatedStateCodec.EstimatePartBytes(state) <= settings.StateInlineBytesMax)
        {
            return manifest with { State = ReplicatedStateCodec.Encode(state) };
        }

        var written = new List<SegmentInfo>();
        try
        {
            var parts = new List<byte[]>();
            long bytes = 0;
            foreach (var part in ReplicatedStateCodec.Parts(state, Math.Min(PartBytesMax, settings.StateSegmentBytes)))
            {
                if (bytes > 0 && bytes + part.Length > settings.StateSegmentBytes)
                {
                    written.Add(Flush(parts, manifest.Index, storage));
                    parts.Clear();
                    bytes = 0;
                }

                parts.Add(part);
                bytes += part.Length;
            }

            written.Add(Flush(parts, manifest.Index, storage));
        }
        catch (SegmentWriteException)
        {
            Discard(written, storage);
            throw;
        }

        return manifest with
        {
            State = ReplicatedStateCodec.EncodeHead(state),
            Store = manifest.Store with { StateSegments = [.. written] },
        };
    }

    /// <summary>The state that the manifest names.</summary>
    /// <exception cref="MalformedMessageException">It is none.</exception>
    /// <exception cref="SegmentDamagedException">A segment is not what was written.</exception>
    public static ReplicatedState Read(CheckpointManifest manifest, ISegmentStorage storage)
    {
        var segments = manifest.Store.StateSegments.Select(info => Open(info, storage)).ToArray();
        var state = ReplicatedStateCodec.Decode(manifest.State.Memory, segments.SelectMany(Parts));
        foreach (var segment in segments)
        {
            segment.ReleasePages();
        }

        return state;
    }

    /// <summary>No manifest names them, nor will.</summary>
    public static void Discard(IEnumerable<SegmentInfo> segments, ISegmentStorage storage)
    {
        foreach (var info in segments)
        {
            if (storage.TryGet(info.Id, out var segment))
            {
                storage.Discard(segment);
            }
        }
    }

    /// <summary>They go when a manifest is durable that does not name them.</summary>
    public static void Drop(IEnumerable<SegmentInfo> segments, ISegmentStorage storage)
    {
        foreach (var info in segments)
        {
            if (storage.TryGet(info.Id, out var segment))
            {
                storage.Drop(segment);
            }
        }
    }

    private static SegmentInfo Flush(List<byte[]> parts, long index, ISegmentStorage storage)
    {
        var segment = storage.Create(Segment.HeaderSize + parts.Sum(static part => RecordFrame.HeaderSize + part.Length));

        // Below zero, where no revision is, and another for each checkpoint.
        var main = -1 - index;
        for (var i = 0; i < parts.Count; i++)
        {
            var length = RecordFrame.HeaderSize + parts[i].Length;
            var frame = segment.Reserve(length);
            parts[i].CopyTo(frame[RecordFrame.HeaderSize..]);
            RecordFrame.Complete(frame, main, i, tombstone: false);
            segment.Commit(length, main);
        }

        segment.Seal();
        try
        {
            var flushed = storage.Flush(StoreManifest.Empty with { Segments = [SegmentInfos.Of(segment, 0)] });
            segment.ReleasePages();
            return flushed.Segments[0];
        }
        catch (SegmentWriteException)
        {
            storage.Discard(segment);
            throw;
        }
    }

    private static Segment Open(SegmentInfo info, ISegmentStorage storage)
    {
        var segment = storage.Open(info, info.Length);
        segment.ResetCounts();
        for (var offset = Segment.HeaderSize; offset < info.Length; offset += segment.UncheckedFrameAt(offset).Length)
        {
            segment.Note(offset, segment.UncheckedFrameAt(offset).Length, segment.UncheckedFrameAt(offset).Main);
        }

        segment.Seal();
        return segment;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Parts(Segment segment)
    {
        for (var offset = Segment.HeaderSize; offset < segment.Length; offset += segment.UncheckedFrameAt(offset).Length)
        {
            yield return segment.RecordAt(offset);
        }
    }
}
