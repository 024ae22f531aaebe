using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>
/// What all ownership hangs on: a lease that is kept alive, and a watch of the leasing keys, by which owners hear that a key
/// is wanted back. When either ends, everything is owned no more, and another session begins.
/// Invariant: the table believes in the session for less time than the cluster does, which counts from when it handles a
/// renewal; here time counts from before the renewal is sent, and a tenth is left out for clocks that run unevenly.
/// </summary>
internal sealed class LeasingSession : IAsyncDisposable
{
    private const string Caller = "grpc-proxy";
    private const int LeasesRemembered = 16;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SuspendedFor = TimeSpan.FromMinutes(1);

    private readonly Upstream _upstream;
    private readonly KeyNamespace _space;
    private readonly KeyNamespace _leasingKeys;
    private readonly LeasingTable _table;
    private readonly LeasingHandover _handover;
    private readonly UpstreamLease _lease;
    private readonly TimeSpan _timeToLive;
    private readonly LogWriter _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<long> _leases = new();
    private readonly Task _running;
    private CancellationTokenSource? _current;
    private long _suspendedUntil;

    public LeasingSession(
        Upstream upstream, KeyNamespace space, KeyNamespace leasingKeys, LeasingTable table, LeasingHandover handover, TimeSpan timeToLive, LogWriter log)
    {
        _upstream = upstream;
        _space = space;
        _leasingKeys = leasingKeys;
        _table = table;
        _handover = handover;
        _lease = new UpstreamLease(upstream);
        _timeToLive = timeToLive;
        _log = log;
        _running = RunAsync();
    }

    /// <summary>
    /// Owns nothing for a while: where users matter, what is owned would be told to whoever asks. Any thread.
    /// </summary>
    public void Suspend()
    {
        Volatile.Write(ref _suspendedUntil, Environment.TickCount64 + (long)SuspendedFor.TotalMilliseconds);
        if (_table.Lease != 0)
        {
            _table.Close();
            End(Volatile.Read(ref _current));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static void End(CancellationTokenSource? session)
    {
        try
        {
            session?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (Environment.TickCount64 >= Volatile.Read(ref _suspendedUntil))
                {
                    await OwnAsync();
                }
            }
            catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException)
            {
                _log.Write(LogSeverity.Warn, Caller, "no leasing session; trying again", ("error", failure.Message));
            }
            catch (OperationCanceledException)
            {
                // The proxy stops, or users matter.
            }

            await Task.Delay(RetryPause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task OwnAsync()
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var asked = Environment.TickCount64;
        var granted = await _lease.GrantAsync((long)_timeToLive.TotalSeconds, session.Token);
        Remember(granted.ID);
        Volatile.Write(ref _current, session);
        _table.Open(granted.ID, ValidUntil(asked, granted.TTL));
        _log.Write(LogSeverity.Info, Caller, "leasing session began", ("lease-ttl", granted.TTL));
        var renewing = _lease.KeepAliveAsync(granted.ID, granted.TTL, asked, (sent, ttl) => _table.Renew(ValidUntil(sent, ttl)), session.Token);
        var watching = WatchAsync(granted.Header.Revision + 1, session.Token);
        try
        {
            await await Task.WhenAny(renewing, watching);
            _log.Write(LogSeverity.Warn, Caller, "leasing session ended; beginning another");
        }
        finally
        {
            _table.Close();
            Volatile.Write(ref _current, null);
            await session.CancelAsync();
            await Task.WhenAll(renewing, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _lease.RevokeAsync(granted.ID);
        }
    }

    private static long ValidUntil(long sentAt, long ttlSeconds) => sentAt + (ttlSeconds * 900);

    private void Remember(long lease)
    {
        lock (_leases)
        {
            _leases.Enqueue(lease);
            if (_leases.Count > LeasesRemembered)
            {
                _leases.Dequeue();
            }
        }
    }

    private bool IsOwn(long lease)
    {
        lock (_leases)
        {
            return _leases.Contains(lease);
        }
    }

    /// <summary>Follows the leasing keys, at another endpoint when need be; returns when something has been missed.</summary>
    private async Task WatchAsync(long next, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var channel = await _upstream.PickAsync(CallContext.Own(timeout: null, cancellation));
                await using var call = channel.Duplex(EtcdMethods.Watch, cancellationToken: cancellation);
                var keys = _space.In(_leasingKeys.All);
                await call.WriteAsync(new WatchRequest
                {
                    CreateRequest = new WatchCreateRequest { Key = keys.Key, RangeEnd = keys.End, StartRevision = next, ProgressNotify = true },
                });
                while (true)
                {
                    var response = await call.ReadAsync(cancellation);
                    if (response.Canceled)
                    {
                        if (response.CompactRevision == 0)
                        {
                            // It is refused, as it will be the next time.
                            Suspend();
                        }

                        return;
                    }

                    _space.Out(response.Events);
                    Take(response.Events);
                    next = response.Events.Count > 0 ? response.Events[^1].Kv.ModRevision + 1
                        : response.Created ? next
                        : Math.Max(next, response.Header.Revision + 1);
                }
            }
            catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException)
            {
                await Task.Delay(RetryPause, cancellation);
            }
        }
    }

    private void Take(IEnumerable<Event> events)
    {
        foreach (var happened in events)
        {
            var key = _leasingKeys.Out(happened.Kv.Key);
            var isGone = happened.Type == Event.Types.EventType.Delete;
            if (isGone)
            {
                _table.Dispute(key, happened.Kv.ModRevision, isGone: true);
            }
            else if (happened.Kv.Value.Equals(LeasingTxn.Revoked) && IsOwn(happened.Kv.Lease))
            {
                _table.Dispute(key, happened.Kv.ModRevision, isGone: false);
                _ = _handover.GiveBackAsync(key, happened.Kv.CreateRevision);
            }
        }
    }
}
