namespace ActorEtcd.Host.Http;

/// <summary>
/// How often one client pings, by the rules of gRPC's own servers: pings closer together than the client may send them,
/// or within two hours while nothing is open, are strikes, and a client with more than two strikes is sent away. Every
/// piece of a response forgives the strikes, since clients also ping to measure how fast responses come.
/// </summary>
internal sealed class ClientPings(TimeSpan minTime, TimeProvider time)
{
    private const int StrikesMax = 2;
    private static readonly TimeSpan MinTimeWhileIdle = TimeSpan.FromHours(2);

    private int _openStreams;
    private volatile bool _answered;
    private long? _lastPingAt;
    private int _strikes;

    /// <summary>Any thread.</summary>
    public void StreamOpened() => Interlocked.Increment(ref _openStreams);

    /// <summary>Any thread.</summary>
    public void StreamClosed() => Interlocked.Decrement(ref _openStreams);

    /// <summary>Headers or data of a response go to the client. Any thread.</summary>
    public void Answered()
    {
        // Read first: on a busy connection the flag is nearly always up, and writing it would move its cache line about.
        if (!_answered)
        {
            _answered = true;
        }
    }

    /// <summary>Counts a ping; true when it is one too many. Called by the reader of the connection alone.</summary>
    public bool IsOneTooMany()
    {
        var now = time.GetTimestamp();
        if (_answered)
        {
            _answered = false;
            _strikes = 0;
        }
        else if (_lastPingAt is { } last && time.GetElapsedTime(last, now) < (_openStreams > 0 ? minTime : MinTimeWhileIdle))
        {
            _strikes++;
        }

        _lastPingAt = now;
        return _strikes > StrikesMax;
    }
}
