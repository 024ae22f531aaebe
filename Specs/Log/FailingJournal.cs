using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorEtcd.Specs.Log;

/// <summary>A journal whose disk fails at the second batch.</summary>
public sealed class FailingJournal : MemoryJournal
{
    private int _batches;

    protected override Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages) =>
        ++_batches > 1
            ? Task.FromException<IImmutableList<Exception?>?>(new IOException("no space left on device"))
            : base.WriteMessagesAsync(messages)!;
}
