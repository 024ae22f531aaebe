using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>
/// What this proxy owns: keys whose changes by others wait until it gives them back. Knows nothing of the cluster. Any
/// thread.
/// </summary>
/// <param name="leasingKeys">From a key to its leasing key.</param>
/// <param name="keysMax">How many are owned at most; the least recently read are given back.</param>
/// <param name="bytesMax">The same for what they hold.</param>
/// <param name="clock">Milliseconds that never go back.</param>
internal sealed partial class LeasingTable(KeyNamespace leasingKeys, int keysMax, long bytesMax, Func<long> clock)
{
    private const long NoSession = 0;
    private const int RestingMax = 65_536;

    private static readonly TimeSpan RestAfterLoss = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<ByteString, OwnedKey> _owned = [];
    private readonly LinkedList<OwnedKey> _byUse = [];
    private readonly Dictionary<ByteString, Acquisition> _acquiring = [];
    private readonly HashSet<WriteIntent> _intents = [];
    private readonly Dictionary<ByteString, int> _pointIntents = [];
    private readonly Dictionary<ByteString, long> _resting = [];
    private long _bytes;
    private long _lease;
    private long _validUntil;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _owned.Count;
            }
        }
    }

    /// <summary>The session's lease; 0 without a session.</summary>
    public long Lease
    {
        get
        {
            lock (_gate)
            {
                return _lease;
            }
        }
    }

    /// <summary>A session begins, with nothing owned.</summary>
    public void Open(long lease, long validUntil)
    {
        lock (_gate)
        {
            Clear();
            (_lease, _validUntil) = (lease, validUntil);
        }
    }

    public void Renew(long validUntil)
    {
        lock (_gate)
        {
            _validUntil = validUntil;
        }
    }

    /// <summary>The session is over: whatever it owned may change without notice from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            Clear();
            _lease = NoSession;
        }
    }

    /// <summary>
    /// Reads any number of keys as of one moment: all that is looked up is what the cluster has at that moment, provided
    /// that the session had not ended before.
    /// </summary>
    /// <param name="read">Looks keys up, under the table's lock; null when it needs one that cannot be told.</param>
    public TResult? Read<TResult>(Func<Func<ByteString, OwnedKey?>, TResult?> read)
        where TResult : class
    {
        lock (_gate)
        {
            var result = _owned.Count == 0 ? null : read(Find);
            return result is not null && clock() < _validUntil ? result : null;
        }
    }

    /// <summary>Null: not now. Whoever gets one completes or abandons it.</summary>
    public Acquisition? TryAcquire(ByteString key)
    {
        lock (_gate)
        {
            if (_lease == NoSession || clock() >= _validUntil || IsResting(key) || _owned.ContainsKey(key)
                || _pointIntents.ContainsKey(key) || _intents.Any(intent => Covers(intent, key)))
            {
                return null;
            }

            var acquisition = new Acquisition(key, _lease);
            return _acquiring.TryAdd(key, acquisition) ? acquisition : null;
        }
    }

    /// <summary>
    /// The leasing key was created at the revision, when the key had the pair. False: it is not owned any more, or not
    /// worth keeping, and its leasing key is to be removed.
    /// </summary>
    /// <param name="pushedOut">Others that are to be given back for it.</param>
    public bool TryComplete(Acquisition acquisition, long revision, KeyValue? pair, out IReadOnlyList<OwnedKey> pushedOut)
    {
        lock (_gate)
        {
            End(acquisition);
            pushedOut = [];
            var owned = new OwnedKey(acquisition.Key, revision, pair);
            if (acquisition.Lease != _lease || acquisition.DisputedAt > revision || !IsWorthKeeping(owned))
            {
                return false;
            }

            _owned.Add(owned.Key, owned);
            owned.Use = _byUse.AddFirst(owned);
            _bytes += owned.Size;
            pushedOut = PushOut();
            return true;
        }
    }

    /// <summary>Somebody else owns the key, it cannot be owned, or nobody knows.</summary>
    public void Abandon(Acquisition acquisition)
    {
        lock (_gate)
        {
            End(acquisition);
            Rest(acquisition.Key);
        }
    }

    private bool IsWorthKeeping(OwnedKey owned) => owned.Size <= bytesMax / 16;

    private OwnedKey? Find(ByteString key)
    {
        if (!_owned.TryGetValue(key, out var owned) || owned.Writes > 0)
        {
            return null;
        }

        _byUse.Remove(owned.Use!);
        _byUse.AddFirst(owned.Use!);
        return owned;
    }

    private void End(Acquisition acquisition)
    {
        if (_acquiring.TryGetValue(acquisition.Key, out var current) && current == acquisition)
        {
            _acquiring.Remove(acquisition.Key);
        }

        acquisition.End();
    }

    private List<OwnedKey> PushOut()
    {
        List<OwnedKey> pushed = [];
        while (_owned.Count > keysMax || _bytes > bytesMax)
        {
            var last = _byUse.Last!.Value;
            Lose(last);
            pushed.Add(last);
        }

        return pushed;
    }

    private void Lose(OwnedKey owned)
    {
        if (owned.IsLost)
        {
            return;
        }

        owned.IsLost = true;
        _owned.Remove(owned.Key);
        _byUse.Remove(owned.Use!);
        _bytes -= owned.Size;
    }

    private void Clear()
    {
        foreach (var owned in _owned.Values.ToArray())
        {
            Lose(owned);
        }
    }

    private bool IsResting(ByteString key) => _resting.TryGetValue(key, out var until) && clock() < until;

    private void Rest(ByteString key)
    {
        var now = clock();
        if (_resting.Count >= RestingMax)
        {
            foreach (var (rested, _) in _resting.Where(entry => entry.Value <= now).ToArray())
            {
                _resting.Remove(rested);
            }

            if (_resting.Count >= RestingMax)
            {
                // It is for peace alone: nothing goes wrong without.
                _resting.Clear();
            }
        }

        _resting[key] = now + (long)RestAfterLoss.TotalMilliseconds;
    }
}
