using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// Answers to ranges, for serializable reads, until something is written through this proxy that they may contain (etcd:
/// <c>grpcproxy/cache</c>). What others write is not seen here: such a read may be as old as the entry.
/// Invariant: an answer that was asked for before a write of its range had ended is not kept.
/// </summary>
internal sealed class RangeCache(int entriesMax, long bytesMax)
{
    private const int EntryBytesMax = 1 << 20;
    private const int WritesRemembered = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Identity, ByteString Request), Entry> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly Dictionary<ByteString, HashSet<Entry>> _points = [];
    private readonly HashSet<Entry> _ranges = [];
    private readonly KeyInterval[] _writes = new KeyInterval[WritesRemembered];
    private long _writeCount;
    private long _bytes;
    private long _compactedAt;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Where in the sequence of writes a read begins; goes with its answer to <see cref="Add"/>.</summary>
    public long Begin()
    {
        lock (_gate)
        {
            return _writeCount;
        }
    }

    public bool IsCompacted(long revision)
    {
        lock (_gate)
        {
            return revision > 0 && revision < _compactedAt;
        }
    }

    public byte[]? Find(string identity, ByteString request)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((identity, request), out var entry))
            {
                return null;
            }

            _byUse.Remove(entry.Use);
            _byUse.AddFirst(entry.Use);
            return entry.Answer;
        }
    }

    public void Add(string identity, ByteString request, KeyInterval keys, long revision, byte[] answer, long begun)
    {
        if (answer.Length > EntryBytesMax)
        {
            return;
        }

        lock (_gate)
        {
            if (revision > 0 ? revision <= _compactedAt : IsOvertaken(keys, begun))
            {
                return;
            }

            if (_entries.TryGetValue((identity, request), out var former))
            {
                Remove(former);
            }

            var entry = new Entry((identity, request), keys, answer);
            _entries.Add(entry.Key, entry);
            entry.Use = _byUse.AddFirst(entry);
            _bytes += entry.Size;
            if (revision <= 0)
            {
                // What a key was at a revision never changes: no write makes such an entry wrong.
                Index(entry);
            }

            while (_entries.Count > entriesMax || _bytes > bytesMax)
            {
                Remove(_byUse.Last!.Value);
            }
        }
    }

    /// <summary>The keys are being written, or have been.</summary>
    public void Invalidate(KeyInterval keys)
    {
        lock (_gate)
        {
            _writes[_writeCount % WritesRemembered] = keys;
            _writeCount++;
            if (keys.IsPoint && _points.TryGetValue(keys.Key, out var same))
            {
                RemoveAll(same);
            }
            else if (!keys.IsPoint)
            {
                foreach (var point in _points.Where(point => keys.Contains(point.Key)).ToArray())
                {
                    RemoveAll(point.Value);
                }
            }

            if (_ranges.Count > 0)
            {
                RemoveAll(_ranges.Where(entry => entry.Keys.Overlaps(keys)));
            }
        }
    }

    public void Compact(long revision)
    {
        lock (_gate)
        {
            _compactedAt = Math.Max(_compactedAt, revision);
        }
    }

    private bool IsOvertaken(KeyInterval keys, long begun)
    {
        if (_writeCount - begun > WritesRemembered)
        {
            return true;
        }

        for (var write = begun; write < _writeCount; write++)
        {
            if (_writes[write % WritesRemembered].Overlaps(keys))
            {
                return true;
            }
        }

        return false;
    }

    private void Index(Entry entry)
    {
        if (!entry.Keys.IsPoint)
        {
            _ranges.Add(entry);
            return;
        }

        if (!_points.TryGetValue(entry.Keys.Key, out var same))
        {
            _points.Add(entry.Keys.Key, same = []);
        }

        same.Add(entry);
    }

    private void RemoveAll(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries.ToArray())
        {
            Remove(entry);
        }
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        _byUse.Remove(entry.Use);
        _bytes -= entry.Size;
        _ranges.Remove(entry);
        if (_points.TryGetValue(entry.Keys.Key, out var same) && same.Remove(entry) && same.Count == 0)
        {
            _points.Remove(entry.Keys.Key);
        }
    }

    private sealed class Entry((string Identity, ByteString Request) key, KeyInterval keys, byte[] answer)
    {
        public (string Identity, ByteString Request) Key => key;

        public KeyInterval Keys => keys;

        public byte[] Answer => answer;

        public long Size => answer.Length + key.Request.Length + key.Identity.Length + 256;

        public LinkedListNode<Entry> Use { get; set; } = null!;
    }
}
