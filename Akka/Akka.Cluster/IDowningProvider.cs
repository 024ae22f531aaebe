namespace Akka.Cluster;

/// <summary>
/// Decides what becomes of unreachable members. It has a constructor of actor system and cluster.
/// </summary>
public interface IDowningProvider
{
    /// <summary>How long after a member was downed its place may be taken over.</summary>
    TimeSpan DownRemovalMargin { get; }

    /// <summary>The actor that downs members; null when nobody does.</summary>
    Props DowningActorProps { get; }
}
