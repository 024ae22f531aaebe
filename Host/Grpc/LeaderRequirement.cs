using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Clients that send the metadata <c>hasleader: true</c> want no answers from a member without a leader. New calls are
/// refused at once; open streams only when the leader has been missing at three checks in a row, since opening them
/// again costs much more.
/// </summary>
public sealed class LeaderRequirement : IAsyncDisposable
{
    private const string MetadataName = "hasleader";
    private const string MetadataValue = "true";
    private const int MissesMax = 3;

    private readonly Func<bool> _hasLeader;
    private readonly PeriodicTimer _timer;
    private readonly Task _watching;
    private readonly Lock _lock = new();
    private readonly HashSet<GrpcCall> _streams = [];

    /// <param name="hasLeader">Asked from any thread.</param>
    /// <param name="interval">The time between two checks; etcd takes the election timeout.</param>
    public LeaderRequirement(Func<bool> hasLeader, TimeSpan interval)
    {
        _hasLeader = hasLeader;
        _timer = new PeriodicTimer(interval);
        _watching = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _watching;
    }

    /// <summary>True when the call is a stream that ends with the leader, until <see cref="Leave"/>.</summary>
    /// <exception cref="GrpcStatusException">The call wants a leader and there is none.</exception>
    internal bool Admit(GrpcCall call)
    {
        if (!IsAsked(call.RequestHeaders))
        {
            return false;
        }

        if (!_hasLeader())
        {
            throw EtcdErrors.NoLeader.ToException();
        }

        if (call.Method.Type == GrpcMethodType.Unary)
        {
            return false;
        }

        call.MakeCancellable();
        lock (_lock)
        {
            _streams.Add(call);
        }

        return true;
    }

    /// <summary>After this the call is never cancelled from here, so that its object can serve another one.</summary>
    internal void Leave(GrpcCall call)
    {
        lock (_lock)
        {
            _streams.Remove(call);
        }
    }

    private static bool IsAsked(IHeaderDictionary headers)
        => headers.TryGetValue(MetadataName, out StringValues values) && values.Count > 0 && values[0] == MetadataValue;

    private async Task WatchAsync()
    {
        int misses = 0;
        while (await _timer.WaitForNextTickAsync())
        {
            misses = _hasLeader() ? 0 : misses + 1;
            if (misses >= MissesMax)
            {
                CancelStreams();
            }
        }
    }

    private void CancelStreams()
    {
        lock (_lock)
        {
            // A cancelled call may leave, on this very thread, while the others are still to be cancelled.
            foreach (GrpcCall stream in _streams.ToArray())
            {
                if (_streams.Contains(stream))
                {
                    stream.Cancel(EtcdErrors.NoLeader);
                }
            }
        }
    }
}
