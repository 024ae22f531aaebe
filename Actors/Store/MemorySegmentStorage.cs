using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ActorEtcd.Store;

/// <summary>Segments in memory, for specs and simulation. What was flushed survives <see cref="Crash"/>.</summary>
public sealed class MemorySegmentStorage : ISegmentStorage
{
    private readonly ConcurrentDictionary<long, MemorySegment> _segments = new();
    private readonly ConcurrentDictionary<long, bool> _dropped = new();
    private long _lastId;

    /// <summary>Names of the segments that exist.</summary>
    public ImmutableArray<long> Ids => [.. _segments.Keys.Order()];

    /// <summary>What every flush fails with from now on, as on a disk that is full or broken.</summary>
    public SegmentWriteException? FlushFailure { get; set; }

    /// <summary>How many flushes succeed before.</summary>
    public int FlushesUntilFailure { get; set; }

    public Segment Create(int capacity)
    {
        var segment = new MemorySegment(Interlocked.Increment(ref _lastId), capacity);
        _segments[segment.Id] = segment;
        return segment;
    }

    public Segment Open(SegmentInfo info, int capacity)
    {
        if (!_segments.TryGetValue(info.Id, out var segment))
        {
            throw new SegmentDamagedException(NameOf(info.Id), 0, "does not exist");
        }

        var content = segment.GetSpan()[..segment.DurableLength];
        SegmentCheck.Verify(NameOf(info.Id), content, info);
        var opened = new MemorySegment(info.Id, Math.Max(capacity, info.Length), content[..info.Length]);
        _segments[info.Id] = opened;
        return opened;
    }

    public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment)
    {
        var found = _segments.TryGetValue(id, out var memory);
        segment = memory;
        return found;
    }

    public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own)
    {
        foreach (var segment in _segments.Values)
        {
            var candidate = SegmentInfos.Of(segment, segment.DurableCrc);
            if (segment.IsSealed && segment.DurableLength == segment.Length && candidate.HasSameContent(info))
            {
                own = candidate;
                return true;
            }
        }

        own = null;
        return false;
    }

    public StoreManifest Flush(StoreManifest manifest)
    {
        if (FlushFailure is not null && FlushesUntilFailure-- <= 0)
        {
            throw FlushFailure;
        }

        var infos = manifest.Segments.Select(info =>
        {
            var segment = _segments[info.Id];
            segment.Flush(info.Length);
            return info with { Crc = segment.DurableCrc };
        });
        return manifest with { Segments = [.. infos] };
    }

    public void Drop(Segment segment) => _dropped[segment.Id] = true;

    public void Discard(Segment segment) => _segments.TryRemove(segment.Id, out _);

    public void Retain(StoreManifest manifest)
    {
        var named = manifest.AllSegments.Select(info => info.Id).ToHashSet();
        foreach (var id in _dropped.Keys)
        {
            if (!named.Contains(id) && _dropped.TryRemove(id, out _))
            {
                _segments.TryRemove(id, out _);
            }
        }
    }

    public void DeleteOrphans(StoreManifest manifest)
    {
        var named = manifest.AllSegments.Select(info => info.Id).ToHashSet();
        foreach (var id in _segments.Keys)
        {
            if (!named.Contains(id))
            {
                _segments.TryRemove(id, out _);
            }
        }
    }

    public ISegmentReceiver Receive(SegmentInfo remote) =>
        new Receiver(this, remote, Interlocked.Increment(ref _lastId));

    /// <summary>What a machine finds after a crash: a storage that holds the flushed bytes only.</summary>
    public MemorySegmentStorage Crash()
    {
        var survivor = new MemorySegmentStorage { _lastId = _lastId };
        foreach (var segment in _segments.Values)
        {
            var content = segment.GetSpan()[..segment.DurableLength];
            if (!content.IsEmpty)
            {
                survivor._segments[segment.Id] = new MemorySegment(segment.Id, segment.Capacity, content);
            }
        }

        return survivor;
    }

    private static string NameOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed class Receiver(MemorySegmentStorage storage, SegmentInfo remote, long id) : ISegmentReceiver
    {
        private readonly List<byte> _bytes = [];

        public int Received => _bytes.Count;

        public void Append(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

        public SegmentInfo Complete()
        {
            var content = _bytes.ToArray();
            SegmentCheck.Verify(NameOf(id), content, remote);
            storage._segments[id] = new MemorySegment(id, content.Length, content);
            return remote with { Id = id };
        }

        public void Abandon() => _bytes.Clear();
    }
}
