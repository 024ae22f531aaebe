using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Prepares what a journal stores.</summary>
public abstract class WriteJournalBase : ActorBase
{
    /// <summary>The atomic writes of a batch as they are stored: without senders and without deferred events.</summary>
#pragma warning disable CA1822 // an instance method in Akka.NET as well
    protected IEnumerable<AtomicWrite> PreparePersistentBatch(IEnumerable<IPersistentEnvelope> resequenceables)
    {
        var prepared = new List<AtomicWrite>();
        foreach (var envelope in resequenceables)
        {
            if (envelope is AtomicWrite write)
            {
                prepared.Add(write.Size == 1
                    ? new AtomicWrite(WithoutSender(write.Events[0]))
                    : new AtomicWrite(write.Events.Select(WithoutSender).ToImmutableArray()));
            }
        }

        return prepared;
    }
#pragma warning restore CA1822

    private static IPersistentRepresentation WithoutSender(IPersistentRepresentation persistent) => persistent.Update(
        persistent.SequenceNr,
        persistent.PersistenceId,
        persistent.IsDeleted,
        ActorRefs.NoSender,
        persistent.WriterGuid);
}
