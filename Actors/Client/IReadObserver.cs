namespace ActorEtcd.Client;

/// <summary>
/// Measures reads, for metrics, by a clock of its own. Called on the thread of each request: must be quick and must not throw.
/// </summary>
public interface IReadObserver
{
    /// <summary>A range is about to be read from the store, whatever it waited for before.</summary>
    /// <returns>To be given back at its end.</returns>
    long RangeBegins();

    void RangeEnded(long begun, bool isSuccess);
}
