namespace ActorEtcd.V2;

/// <summary>Who watches: called by the hub, on its thread, and must not block.</summary>
public interface IV2Watcher
{
    /// <summary>It watches from now on; comes first.</summary>
    /// <param name="storeIndex">The store's index of that moment.</param>
    void Started(ulong storeIndex);

    /// <summary>It cannot watch; nothing follows.</summary>
    void Refused(V2Error error);

    /// <summary>An event, in order.</summary>
    /// <returns>Whether there was room for it; a watcher that is too slow is dropped.</returns>
    bool TryPush(V2Event happened);

    /// <summary>Nothing follows.</summary>
    void Ended();
}
