namespace Akka.Cluster;

/// <summary>Downs nobody: an unreachable member stays one until it comes back or somebody downs it by name.</summary>
public sealed class NoDowning : IDowningProvider
{
    public NoDowning(ActorSystem system, Cluster cluster)
    {
        _ = system;
        _ = cluster;
    }

    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    public Props DowningActorProps => null;
}
