namespace ActorEtcd.Watch;

/// <summary>How a watcher gets its events.</summary>
public enum WatcherState
{
    /// <summary>Reads the store's history from its cursor on.</summary>
    CatchingUp,

    /// <summary>Has asked the hub for live events and waits to hear from which revision on it gets them.</summary>
    Joining,

    /// <summary>Gets each event from the hub.</summary>
    Live,

    /// <summary>Its client does not read; waits to hear from the hub up to which revision it was sent everything.</summary>
    Leaving,

    /// <summary>Its client does not read; nothing is sent or kept for it but the cursor.</summary>
    Lagging,
}
