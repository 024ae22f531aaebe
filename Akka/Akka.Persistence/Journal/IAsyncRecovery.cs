using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>The reading half of a journal.</summary>
public interface IAsyncRecovery
{
    Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);
}
