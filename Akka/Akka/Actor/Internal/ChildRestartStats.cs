using System.Diagnostics;

namespace Akka.Actor.Internal;

public class ChildRestartStats : IChildStats
{
    public ChildRestartStats(IInternalActorRef child, uint maxNrOfRetriesCount = 0, long restartTimeWindowStartTicks = 0)
    {
        Child = child;
        MaxNrOfRetriesCount = maxNrOfRetriesCount;
        RestartTimeWindowStartTicks = restartTimeWindowStartTicks;
    }

    public IInternalActorRef Child { get; }

    public uint MaxNrOfRetriesCount { get; private set; }

    public long RestartTimeWindowStartTicks { get; private set; }

    public long Uid => Child.Path.Uid;

    /// <summary>Counts a restart; false when it is one too many. Negative retries or no window mean no such limit.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
        {
            return false;
        }

        var hasWindow = withinTimeMilliseconds > 0;
        if (maxNrOfRetries < 0 && !hasWindow)
        {
            return true;
        }

        if (!hasWindow)
        {
            MaxNrOfRetriesCount++;
            return MaxNrOfRetriesCount <= maxNrOfRetries;
        }

        return InWindow(maxNrOfRetries < 0 ? 1 : maxNrOfRetries, withinTimeMilliseconds);
    }

    private bool InWindow(int retries, int milliseconds)
    {
        var now = Stopwatch.GetElapsedTime(0).Ticks;
        var start = RestartTimeWindowStartTicks == 0 ? now : RestartTimeWindowStartTicks;
        if (now - start <= milliseconds * TimeSpan.TicksPerMillisecond)
        {
            RestartTimeWindowStartTicks = start;
            MaxNrOfRetriesCount++;
            return MaxNrOfRetriesCount <= retries;
        }

        RestartTimeWindowStartTicks = now;
        MaxNrOfRetriesCount = 1;
        return true;
    }
}
