namespace Akka.Cluster;

/// <summary>The way of a member through the cluster: joining, (weakly up,) up, leaving, exiting, removed; or down.</summary>
public enum MemberStatus
{
    Joining = 0,
    Up = 1,
    Leaving = 2,
    Exiting = 3,
    Down = 4,
    Removed = 5,
    WeaklyUp = 6,
}
