namespace Akka.TestKit.Internal;

/// <summary>Checks of time spans that are used as timeouts.</summary>
public static class TimeSpanExtensions
{
    public static bool IsInfiniteTimeout(this TimeSpan timeSpan) => timeSpan == Timeout.InfiniteTimeSpan;

    public static bool IsPositiveFinite(this TimeSpan timeSpan) =>
        timeSpan > TimeSpan.Zero && timeSpan != TimeSpan.MaxValue;

    public static bool IsZero(this TimeSpan timeSpan) => timeSpan == TimeSpan.Zero;

    public static void EnsureIsPositiveFinite(this TimeSpan timeSpan, string parameterName)
    {
        if (timeSpan < TimeSpan.Zero || timeSpan == TimeSpan.MaxValue)
        {
            throw new ArgumentException($"The timespan must be greater than zero and finite, it is {timeSpan}", parameterName);
        }
    }

    /// <summary>The smaller of two waits; null and negative stand for an infinite one.</summary>
    public static TimeSpan Min(this TimeSpan a, TimeSpan? b)
    {
        if (b is not { } other || other.IsInfiniteTimeout())
        {
            return a;
        }

        return a.IsInfiniteTimeout() || other < a ? other : a;
    }
}
