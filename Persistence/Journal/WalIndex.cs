namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// What the journal knows of its log: per persistence id the highest sequence number and how far it is deleted, per
/// segment what it holds. Only durable appends are in it. Safe from any thread.
/// </summary>
internal sealed class WalIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Stream> _streams = [];

    /// <summary>Per segment and persistence id, the highest sequence number that the segment may hold.</summary>
    private readonly SortedDictionary<long, Dictionary<string, long>> _segments = [];

    public void AddEvents(string persistenceId, long highest, long firstSegment, long lastSegment)
    {
        lock (_gate)
        {
            var stream = StreamOf(persistenceId);
            stream.Highest = Math.Max(stream.Highest, highest);
            stream.LastSegment = Math.Max(stream.LastSegment, lastSegment);
            for (var segment = firstSegment; segment <= lastSegment; segment++)
            {
                if (!_segments.TryGetValue(segment, out var held))
                {
                    _segments[segment] = held = [];
                }

                held[persistenceId] = Math.Max(held.GetValueOrDefault(persistenceId), highest);
            }
        }
    }

    public void AddDeletion(WalDeletion deletion, long segment)
    {
        lock (_gate)
        {
            var stream = StreamOf(deletion.PersistenceId);
            stream.Highest = Math.Max(stream.Highest, deletion.Highest);
            stream.DeletedTo = Math.Max(stream.DeletedTo, deletion.DeletedTo);
            stream.LastSegment = Math.Max(stream.LastSegment, segment);
        }
    }

    public long Highest(string persistenceId)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(persistenceId, out var stream) ? stream.Highest : 0;
        }
    }

    public long DeletedTo(string persistenceId)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(persistenceId, out var stream) ? stream.DeletedTo : 0;
        }
    }

    /// <summary>The first segment that may hold an event with this or a higher sequence number.</summary>
    public long FirstSegmentFrom(string persistenceId, long sequenceNr)
    {
        lock (_gate)
        {
            foreach (var (segment, held) in _segments)
            {
                if (held.GetValueOrDefault(persistenceId) >= sequenceNr)
                {
                    return segment;
                }
            }

            return long.MaxValue;
        }
    }

    /// <summary>The first segment that holds an event which is not deleted, or the active one.</summary>
    public long FirstNeeded(long activeSegment)
    {
        lock (_gate)
        {
            foreach (var (segment, held) in _segments)
            {
                if (segment >= activeSegment || held.Any(pair => pair.Value > _streams[pair.Key].DeletedTo))
                {
                    return Math.Min(segment, activeSegment);
                }
            }

            return activeSegment;
        }
    }

    /// <summary>
    /// What only segments before the given one tell about persistence ids without live events there: it has to be
    /// written again before those segments go.
    /// </summary>
    public IReadOnlyList<WalDeletion> OnlyToldBefore(long segment)
    {
        lock (_gate)
        {
            return
            [
                .. from pair in _streams
                   where pair.Value.LastSegment < segment
                   select new WalDeletion(pair.Key, pair.Value.DeletedTo, pair.Value.Highest)
            ];
        }
    }

    public void ForgetBefore(long segment)
    {
        lock (_gate)
        {
            foreach (var old in _segments.Keys.TakeWhile(key => key < segment).ToArray())
            {
                _segments.Remove(old);
            }
        }
    }

    private Stream StreamOf(string persistenceId)
    {
        if (!_streams.TryGetValue(persistenceId, out var stream))
        {
            _streams[persistenceId] = stream = new Stream();
        }

        return stream;
    }

    private sealed class Stream
    {
        public long Highest { get; set; }

        public long DeletedTo { get; set; }

        /// <summary>The last segment that tells anything about this persistence id.</summary>
        public long LastSegment { get; set; }
    }
}
