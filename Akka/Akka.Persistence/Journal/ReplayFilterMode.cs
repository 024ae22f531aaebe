namespace Akka.Persistence.Journal;

/// <summary>What a <see cref="ReplayFilter"/> does with an event that should not be there.</summary>
public enum ReplayFilterMode
{
    /// <summary>Fails the replay.</summary>
    Fail = 0,

    /// <summary>Logs a warning and keeps the event.</summary>
    Warn = 1,

    /// <summary>Logs a warning and drops the event of the older writer.</summary>
    RepairByDiscardOld = 2,

    /// <summary>There is no filter.</summary>
    Disabled = 3,
}
