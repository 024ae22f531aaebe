namespace ActorEtcd.Persistence.Journal;

/// <summary>What room the log has on its disk.</summary>
public enum WalSpace
{
    /// <summary>The next segment is reserved, or will be.</summary>
    Enough,

    /// <summary>There is no room for the next segment; writes go on to the end of the present one.</summary>
    Short,

    /// <summary>A write waits for room.</summary>
    None,
}
