namespace Akka.Remote;

/// <summary>Decides from the heartbeats of one resource whether it is still there.</summary>
public abstract class FailureDetector
{
    public static readonly Clock DefaultClock = () => Environment.TickCount64;

    public abstract bool IsAvailable { get; }

    /// <summary>Whether it has had a first heartbeat; before that the resource counts as available.</summary>
    public abstract bool IsMonitoring { get; }

    public abstract void HeartBeat();
}
