namespace ActorEtcd.Persistence.Journal;

/// <summary>Where and how a log is kept.</summary>
public sealed record WalOptions
{
    public const long DefaultSegmentBytes = 64L << 20;

    public required string Directory { get; init; }

    /// <summary>Size at which a segment ends. A single record that is larger gets a larger segment for itself.</summary>
    public long SegmentBytes { get; init; } = DefaultSegmentBytes;

    /// <summary>Stands in every segment's header; a segment of another cluster is refused.</summary>
    public ulong ClusterId { get; init; }

    /// <summary>Stands in every segment's header; a segment of another member is refused.</summary>
    public ulong MemberId { get; init; }

    /// <summary>How often a write that has no room is tried again.</summary>
    public TimeSpan SpaceRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    public IWalFileSystem FileSystem { get; init; } = DiskFileSystem.Instance;

    public IWalThreads Threads { get; init; } = WalThreads.Instance;

    public IWalObserver Observer { get; init; } = SilentWalObserver.Instance;

    public IFatalHandler FatalHandler { get; init; } = ProcessExitFatalHandler.Instance;
}
