namespace Akka.Persistence;

/// <summary>How an actor recovers.</summary>
public interface IPersistenceRecovery
{
    Recovery Recovery { get; }
}
