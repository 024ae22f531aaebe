namespace Akka.Persistence.Journal;

/// <summary>The operations of a journal that is held in memory.</summary>
public interface IMemoryMessages
{
    IDictionary<string, LinkedList<IPersistentRepresentation>> Add(IPersistentRepresentation persistent);

    IDictionary<string, LinkedList<IPersistentRepresentation>> Update(
        string pid, long seqNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater);

    IDictionary<string, LinkedList<IPersistentRepresentation>> Delete(string pid, long seqNr);

    IEnumerable<IPersistentRepresentation> Read(string pid, long fromSeqNr, long toSeqNr, long max);

    long HighestSequenceNr(string pid);
}
