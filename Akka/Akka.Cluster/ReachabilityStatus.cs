namespace Akka.Cluster;

internal enum ReachabilityStatus
{
    Reachable = 0,
    Unreachable = 1,

    /// <summary>Gone for good: another incarnation took its address. It never becomes reachable again.</summary>
    Terminated = 2,
}
