namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// On what the log's work runs. A seam: a simulation gives the writer its turns, and all other work its place, in an order of
/// its own on a single thread.
/// </summary>
public interface IWalThreads
{
    /// <summary>How many writers that have nothing to do wait for more; 0 where nobody may wait.</summary>
    int IdleMax { get; }

    /// <summary>Calls the turn again and again, until it returns false. A turn waits for the device.</summary>
    void StartWriter(Func<bool> turn);

    /// <summary>Does the work soon, and not within the caller's turn.</summary>
    Task Run(Action work);
}
