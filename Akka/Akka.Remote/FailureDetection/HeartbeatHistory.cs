namespace Akka.Remote;

/// <summary>The latest intervals between heartbeats, with their mean and deviation; immutable.</summary>
internal sealed class HeartbeatHistory
{
    private readonly long[] _ring;
    private readonly int _start;
    private readonly int _count;
    private readonly double _sum;
    private readonly double _squares;

    public HeartbeatHistory(int maxSampleSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSampleSize, 1);
        _ring = new long[maxSampleSize];
    }

    private HeartbeatHistory(long[] ring, int start, int count, double sum, double squares)
    {
        _ring = ring;
        _start = start;
        _count = count;
        _sum = sum;
        _squares = squares;
    }

    public double Mean => _sum / _count;

    public double StandardDeviation => Math.Sqrt(Math.Max(0, (_squares / _count) - (Mean * Mean)));

    public HeartbeatHistory Add(long interval)
    {
        var ring = (long[])_ring.Clone();
        if (_count < ring.Length)
        {
            ring[(_start + _count) % ring.Length] = interval;
            return new HeartbeatHistory(ring, _start, _count + 1, _sum + interval, _squares + Square(interval));
        }

        var oldest = ring[_start];
        ring[_start] = interval;
        return new HeartbeatHistory(
            ring,
            (_start + 1) % ring.Length,
            _count,
            _sum - oldest + interval,
            _squares - Square(oldest) + Square(interval));
    }

    private static double Square(long value) => (double)value * value;
}
