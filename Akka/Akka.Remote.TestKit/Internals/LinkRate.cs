using Akka.Remote.Transport;

namespace Akka.Remote.TestKit.Internals;

/// <summary>
/// So many bytes a second, with a bucket that fills meanwhile. What is larger than the bucket passes when there is anything
/// in it and leaves a debt; whatever comes next waits until that is paid. <see cref="TokenBucket"/> is not used: that of
/// Akka.NET lets nothing larger than the bucket pass any more once it is in debt.
/// Immutable.
/// </summary>
internal sealed class LinkRate : ThrottleMode
{
    private const double NanosPerSecond = 1e9;

    private readonly double _capacity;
    private readonly double _bytesPerSecond;
    private readonly double _available;
    private readonly long _filledAt;

    public LinkRate(double bytesPerSecond, double bucketSeconds)
        : this(Math.Max(1, bytesPerSecond * bucketSeconds), bytesPerSecond, 0, 0)
    {
    }

    private LinkRate(double capacity, double bytesPerSecond, double available, long filledAt)
    {
        _capacity = capacity;
        _bytesPerSecond = bytesPerSecond;
        _available = available;
        _filledAt = filledAt;
    }

    public override (ThrottleMode, bool) TryConsumeTokens(long nanoTimeOfSend, int tokens)
    {
        var available = AvailableAt(nanoTimeOfSend);
        return available >= Needed(tokens)
            ? (new LinkRate(_capacity, _bytesPerSecond, available - tokens, Math.Max(nanoTimeOfSend, _filledAt)), true)
            : (this, false);
    }

    public override TimeSpan TimeToAvailable(long currentNanoTime, int tokens)
    {
        var missing = Needed(tokens) - AvailableAt(currentNanoTime);

        // Timers count milliseconds, and one that fires early would find too little.
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(missing / _bytesPerSecond * 1000));
    }

    private int Needed(int tokens) => tokens > _capacity ? 1 : tokens;

    // Time that runs backwards between two processors fills nothing.
    private double AvailableAt(long nanoTime) => Math.Min(
        _capacity, _available + (Math.Max(0, nanoTime - _filledAt) / NanosPerSecond * _bytesPerSecond));
}
