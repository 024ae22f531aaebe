using System.Numerics;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>
/// Counts latencies in buckets whose width is at most 1/64 of their value, from one nanosecond up. Recording is
/// one interlocked increment, so all connections share one histogram.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits) * SubCount];
    private long _count;
    private long _sum;
    private long _max;

    public long Count => Volatile.Read(ref _count);

    public double MeanNanoseconds => _count == 0 ? 0 : (double)_sum / _count;

    public long MaxNanoseconds => _max;

    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        Interlocked.Increment(ref _counts[BucketOf(nanoseconds)]);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _sum, nanoseconds);
        long max = Volatile.Read(ref _max);
        while (nanoseconds > max)
        {
            long seen = Interlocked.CompareExchange(ref _max, nanoseconds, max);
            if (seen == max)
            {
                break;
            }

            max = seen;
        }
    }

    /// <summary>The latency that <paramref name="percent"/> percent of the requests did not exceed.</summary>
    public long Percentile(double percent)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(_count * percent / 100));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
            {
                return Math.Min(UpperBound(bucket), _max);
            }
        }

        return _max;
    }

    private static int BucketOf(long value)
    {
        int magnitude = Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)value) - SubBits - 1);
        return (magnitude * SubCount) + (int)(value >> magnitude);
    }

    private static long UpperBound(int bucket)
    {
        int magnitude = Math.Max(0, (bucket / SubCount) - 1);
        long lower = (long)(bucket - (magnitude * SubCount)) << magnitude;
        return lower + (1L << magnitude) - 1;
    }
}
