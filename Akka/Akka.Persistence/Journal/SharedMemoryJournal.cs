using System.Collections.Concurrent;

namespace Akka.Persistence.Journal;

/// <summary>A journal in the memory of the process, shared by all systems in it.</summary>
public class SharedMemoryJournal : MemoryJournal
{
    private static readonly ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Shared = new();

    protected override ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Messages => Shared;
}
