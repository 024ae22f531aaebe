namespace Akka.Remote.Transport;

/// <summary>
/// A bucket that fills at a constant rate up to its capacity; a byte takes one token. What is larger than the bucket
/// passes when there is any token at all and leaves a debt, so that no message waits for ever.
/// </summary>
public sealed class TokenBucket : ThrottleMode
{
    private const double NanosPerSecond = 1e9;

    private readonly int _capacity;
    private readonly double _tokensPerSecond;
    private readonly long _nanoTimeOfLastSend;
    private readonly int _availableTokens;

    public TokenBucket(int capacity, double tokensPerSecond, long nanoTimeOfLastSend, int availableTokens)
    {
        _capacity = capacity;
        _tokensPerSecond = tokensPerSecond;
        _nanoTimeOfLastSend = nanoTimeOfLastSend;
        _availableTokens = availableTokens;
    }

    public static bool operator ==(TokenBucket left, TokenBucket right) => Equals(left, right);

    public static bool operator !=(TokenBucket left, TokenBucket right) => !Equals(left, right);

    public override (ThrottleMode, bool) TryConsumeTokens(long nanoTimeOfSend, int tokens)
    {
        var filled = FilledAt(nanoTimeOfSend);
        return filled >= Needed(tokens)
            ? (new TokenBucket(_capacity, _tokensPerSecond, nanoTimeOfSend, (int)(filled - tokens)), true)
            : (this, false);
    }

    public override TimeSpan TimeToAvailable(long currentNanoTime, int tokens)
    {
        var missing = Needed(tokens) - FilledAt(currentNanoTime);
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(missing / _tokensPerSecond);
    }

    public override bool Equals(object obj) => obj is TokenBucket other
        && _capacity == other._capacity
        && _tokensPerSecond.Equals(other._tokensPerSecond)
        && _nanoTimeOfLastSend == other._nanoTimeOfLastSend
        && _availableTokens == other._availableTokens;

    public override int GetHashCode() =>
        HashCode.Combine(_capacity, _tokensPerSecond, _nanoTimeOfLastSend, _availableTokens);

    private int Needed(int tokens) => tokens > _capacity ? 1 : tokens;

    // Time that runs backwards between two processors fills nothing.
    private double FilledAt(long nanoTime) => Math.Min(
        _capacity,
        _availableTokens + (Math.Max(0, nanoTime - _nanoTimeOfLastSend) / NanosPerSecond * _tokensPerSecond));
}
