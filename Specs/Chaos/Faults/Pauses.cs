namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>Time that a fault or a breath between requests takes: part of the run, not a wait for something.</summary>
internal static class Pauses
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    public static async Task ForAsync(TimeSpan time, CancellationToken stop = default)
    {
        using var timer = new PeriodicTimer(time < Least ? Least : time);
        await timer.WaitForNextTickAsync(stop);
    }

    /// <summary>As <see cref="ForAsync"/>; a stop ends it without an exception.</summary>
    public static async Task OrStopAsync(TimeSpan time, CancellationToken stop)
    {
        try
        {
            await ForAsync(time, stop);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
