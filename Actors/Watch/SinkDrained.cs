namespace ActorEtcd.Watch;

/// <summary>A sink that was full has room again.</summary>
public sealed record SinkDrained
{
    public static readonly SinkDrained Instance = new();
}
