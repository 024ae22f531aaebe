using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>Writes through this proxy, and what the watch of the leasing keys tells of those of others.</summary>
internal sealed partial class LeasingTable
{
    private readonly Dictionary<ByteString, List<SemaphoreSlim>> _departures = [];

    /// <summary>Keys are about to be written; goes back to <see cref="Withdraw"/>.</summary>
    public WriteIntent Announce(IReadOnlyList<KeyInterval> written)
    {
        lock (_gate)
        {
            Task[] acquisitions = [.. _acquiring.Values.Where(one => written.Any(keys => keys.Contains(one.Key))).Select(static one => one.Done)];
            var intent = new WriteIntent(written, acquisitions);
            foreach (var keys in written)
            {
                if (keys.IsPoint)
                {
                    _pointIntents[keys.Key] = _pointIntents.GetValueOrDefault(keys.Key) + 1;
                }
                else
                {
                    _intents.Add(intent);
                }
            }

            return intent;
        }
    }

    public void Withdraw(WriteIntent intent)
    {
        lock (_gate)
        {
            _intents.Remove(intent);
            foreach (var keys in intent.Written.Where(static keys => keys.IsPoint))
            {
                if (--_pointIntents[keys.Key] == 0)
                {
                    _pointIntents.Remove(keys.Key);
                }
            }
        }
    }

    /// <summary>
    /// A write begins. Owned keys that are written as such stay owned and go back to <see cref="Settle"/>; those of a range
    /// are given up here, and their leasing keys are to go with the write. So are those whose leasing keys are written
    /// themselves.
    /// </summary>
    /// <param name="written">As they were announced.</param>
    /// <param name="ownRanges">Grows by the ranges that have had owned keys in them.</param>
    public BegunWrite Begin(IReadOnlyList<KeyInterval> written, HashSet<KeyInterval> ownRanges)
    {
        lock (_gate)
        {
            List<OwnedKey> touched = [];
            foreach (var keys in written)
            {
                LoseLeasingKeysIn(keys);
                if (!keys.IsPoint)
                {
                    OwnedKey[] inside = [.. _owned.Values.Where(owned => keys.Contains(owned.Key))];
                    Array.ForEach(inside, Lose);
                    if (inside.Length > 0)
                    {
                        ownRanges.Add(keys);
                    }
                }
            }

            foreach (var key in written.Where(static keys => keys.IsPoint).Select(static keys => keys.Key).Distinct())
            {
                if (_owned.TryGetValue(key, out var owned))
                {
                    owned.Writes++;
                    touched.Add(owned);
                }
            }

            return new BegunWrite(touched, _lease);
        }
    }

    /// <summary>What the write, which happened at the revision, has left of the key.</summary>
    /// <returns>Whether it is still owned; otherwise its leasing key is to be removed.</returns>
    public bool Settle(OwnedKey owned, long revision, KeyValue? pair)
    {
        lock (_gate)
        {
            owned.Writes--;
            if (owned.IsLost)
            {
                return true;
            }

            _bytes -= owned.Size;
            owned.Settle(revision, pair);
            _bytes += owned.Size;

            // A key with a lease goes with it, and asks nobody.
            if (owned.Pair is null or { Lease: 0 } && IsWorthKeeping(owned))
            {
                return true;
            }

            Lose(owned);
            return false;
        }
    }

    /// <summary>The write certainly did not happen.</summary>
    public void Settle(OwnedKey owned)
    {
        lock (_gate)
        {
            owned.Writes--;
        }
    }

    /// <summary>
    /// The write may have happened, or may happen yet, as long as the leasing key is the one that it was sent with: that one
    /// must go before the key may be owned again.
    /// </summary>
    public void LoseUnsettled(OwnedKey owned)
    {
        lock (_gate)
        {
            owned.Writes--;
            Lose(owned);
            Rest(owned.Key);
        }
    }

    /// <summary>The key is somebody else's, as the cluster says.</summary>
    public void Disown(ByteString key, long revision)
    {
        lock (_gate)
        {
            if (_owned.TryGetValue(key, out var owned) && owned.Revision < revision)
            {
                Lose(owned);
            }
        }
    }

    /// <summary>The leasing key was asked back, or is gone, at the revision.</summary>
    public void Dispute(ByteString key, long revision, bool isGone)
    {
        lock (_gate)
        {
            if (_acquiring.TryGetValue(key, out var acquisition))
            {
                acquisition.DisputedAt = Math.Max(acquisition.DisputedAt, revision);
            }

            if (_owned.TryGetValue(key, out var owned) && owned.Revision < revision)
            {
                Lose(owned);
                Rest(key);
            }

            if (isGone && _departures.TryGetValue(key, out var waiting))
            {
                waiting.ForEach(static one => one.Release());
            }
        }
    }

    /// <summary>A signal for each time that the key's leasing key goes; back to <see cref="Forget"/>.</summary>
    public SemaphoreSlim ExpectDeparture(ByteString key)
    {
        lock (_gate)
        {
            var signal = new SemaphoreSlim(0);
            if (!_departures.TryGetValue(key, out var waiting))
            {
                _departures.Add(key, waiting = []);
            }

            waiting.Add(signal);
            return signal;
        }
    }

    public void Forget(ByteString key, SemaphoreSlim signal)
    {
        lock (_gate)
        {
            if (_departures.TryGetValue(key, out var waiting) && waiting.Remove(signal) && waiting.Count == 0)
            {
                _departures.Remove(key);
            }
        }

        signal.Dispose();
    }

    private static bool Covers(WriteIntent intent, ByteString key) => intent.Written.Any(keys => !keys.IsPoint && keys.Contains(key));

    private void LoseLeasingKeysIn(KeyInterval keys)
    {
        if (_owned.Count > 0 && keys.Overlaps(leasingKeys.All))
        {
            foreach (var owned in _owned.Values.Where(owned => keys.Contains(leasingKeys.In(owned.Key))).ToArray())
            {
                Lose(owned);
            }
        }
    }
}
