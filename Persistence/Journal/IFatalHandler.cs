namespace ActorEtcd.Persistence.Journal;

/// <summary>Hears of a failure after which this process must not acknowledge anything any more.</summary>
public interface IFatalHandler
{
    /// <summary>Called once, on the thread that failed, before any waiting append learns of the failure.</summary>
    void Fatal(string message, Exception cause);
}
