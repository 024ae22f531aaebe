using System.Globalization;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>One line on the terminal that tells how far a run is; nothing when the output is not a terminal.</summary>
internal static class ProgressLine
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task ShowUntilAsync(Task done, string what, Func<long> finished, long total)
    {
        if (Console.IsErrorRedirected)
        {
            await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        long before = 0;
        while (await Task.WhenAny(done, Task.Delay(Interval)) != done)
        {
            long now = finished();
            await Console.Error.WriteAsync(string.Create(
                CultureInfo.InvariantCulture, $"\r{what} {now}/{total} ({now - before}/s)   "));
            before = now;
        }

        await Console.Error.WriteAsync("\r" + new string(' ', 60) + "\r");
    }
}
