using System.Diagnostics;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Waits for something outside this process by asking again and again.</summary>
public static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Returns the first answer of <paramref name="attempt"/> that is not null. An attempt may throw, also because its own time
    /// is over; the last exception is told when all the time is over.
    /// </summary>
    public static async Task<T> UntilAsync<T>(string what, TimeSpan within, Func<Task<T?>> attempt)
        where T : class
    {
        long start = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await attempt() is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception failure) when (failure is not ServerExitedException)
            {
                last = failure;
            }

            if (Stopwatch.GetElapsedTime(start) > within)
            {
                throw new TimeoutException(
                    $"waited {within.TotalSeconds} s for {what}; last: {last?.Message ?? "not yet"}");
            }

            using var timer = new PeriodicTimer(Pause);
            await timer.WaitForNextTickAsync();
        }
    }

    public static async Task UntilAsync(string what, TimeSpan within, Func<Task<bool>> condition)
    {
        await UntilAsync<object>(what, within, async () => await condition() ? what : null);
    }
}
