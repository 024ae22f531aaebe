namespace Akka.Cluster;

/// <summary>A node could not join in the time that it was given, or the cluster was shut down before.</summary>
public class ClusterJoinFailedException : AkkaException
{
    public ClusterJoinFailedException(string message)
        : base(message)
    {
    }
}
