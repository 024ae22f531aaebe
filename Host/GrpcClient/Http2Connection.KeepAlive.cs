using System.Diagnostics;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <content>
/// Pings: a server that went away without a word is noticed while calls wait for it. As in gRPC's own clients there are none
/// while nobody waits.
/// </content>
internal sealed partial class Http2Connection
{
    private const int PingBytes = 8;

    private Timer? _aliveTimer;

    /// <summary>When bytes arrived last, in ticks of <see cref="Stopwatch"/>. Written by the reader alone.</summary>
    private long _heardAt;

    /// <summary>When the ping was sent that has no answer yet; 0 when there is none.</summary>
    private long _pingedAt;

    private void StartKeepAlive()
    {
        if (Options.KeepAliveTime == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        _heardAt = Stopwatch.GetTimestamp();
        var timer = new Timer(static state => ((Http2Connection)state!).CheckAlive(), this, Timeout.Infinite, Timeout.Infinite);
        lock (_gate)
        {
            _aliveTimer = timer;
        }

        timer.Change(Options.KeepAliveTime, Timeout.InfiniteTimeSpan);
    }

    private void Heard()
    {
        if (_aliveTimer != null)
        {
            Volatile.Write(ref _heardAt, Stopwatch.GetTimestamp());
        }
    }

    private void CheckAlive()
    {
        bool isLost = false;
        lock (_gate)
        {
            if (_closedBecause != null)
            {
                return;
            }

            TimeSpan next = NextCheckLocked();
            isLost = next <= TimeSpan.Zero;
            if (!isLost)
            {
                _aliveTimer!.Change(next, Timeout.InfiniteTimeSpan);
            }
        }

        if (isLost)
        {
            Abort(new GrpcCallException(StatusCode.Unavailable, "keepalive ping failed to receive ACK within timeout"));
            return;
        }

        FlushUnlessDeferred();
    }

    /// <summary>Sends a ping when one is due. How long to wait for the next look; nothing when the server is gone.</summary>
    private TimeSpan NextCheckLocked()
    {
        long heardAt = Volatile.Read(ref _heardAt);
        if (_pingedAt != 0 && heardAt < _pingedAt)
        {
            return Sooner(Options.KeepAliveTimeout - Stopwatch.GetElapsedTime(_pingedAt));
        }

        _pingedAt = 0;
        TimeSpan left = Options.KeepAliveTime - Stopwatch.GetElapsedTime(heardAt);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        if (_calls.Count == 0 && !Options.KeepAliveWithoutCalls)
        {
            return Options.KeepAliveTime;
        }

        _pingedAt = Stopwatch.GetTimestamp();
        _filling.AppendFrameHeader(PingBytes, Http2.Ping, 0, 0);
        _filling.Append(PingBytes).Clear();
        return Sooner(Options.KeepAliveTimeout);
    }

    // The answer is looked for no later than the next ping might be due.
    private TimeSpan Sooner(TimeSpan left) => left < Options.KeepAliveTime ? left : Options.KeepAliveTime;
}
