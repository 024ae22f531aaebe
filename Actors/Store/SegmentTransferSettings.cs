namespace ActorEtcd.Store;

/// <summary>How segments travel between members.</summary>
public sealed record SegmentTransferSettings
{
    /// <summary>Bytes of one message; must fit the largest frame of remoting.</summary>
    public int ChunkBytes { get; init; } = 256 * 1024;

    /// <summary>Messages asked for and not yet received. Bounds what heartbeats have to wait behind.</summary>
    public int Window { get; init; } = 4;

    /// <summary>Without progress for so long, the fetching side asks again.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>It gives up after asking so often without progress.</summary>
    public int AttemptsMax { get; init; } = 5;

    /// <summary>Nobody asked for so long: the serving side lets go of segments.</summary>
    public TimeSpan PinTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The dispatcher of the actor that writes to the disk and waits for it.</summary>
    public string FetchDispatcher { get; init; } = "akka.actor.default-dispatcher";
}
