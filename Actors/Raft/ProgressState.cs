namespace ActorEtcd.Raft;

/// <summary>How the leader feeds one follower.</summary>
public enum ProgressState
{
    /// <summary>Where the logs agree is not known: one message at a time, until one is accepted.</summary>
    Probe,

    /// <summary>The logs agree: entries are sent ahead of their acknowledgements, within a window.</summary>
    Replicate,

    /// <summary>The follower needs entries that are gone: it is fetching a checkpoint.</summary>
    Snapshot,
}
