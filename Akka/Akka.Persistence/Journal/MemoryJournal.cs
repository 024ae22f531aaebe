using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>A journal in memory. It lives as long as its system.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> _messages = new();
    private readonly ConcurrentDictionary<string, long> _highestDeleted = new();

    protected virtual ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Messages => _messages;

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(Math.Max(
            HighestSequenceNr(persistenceId), _highestDeleted.GetValueOrDefault(persistenceId)));

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        foreach (var persistent in Read(persistenceId, fromSequenceNr, toSequenceNr, max))
        {
            recoveryCallback(persistent);
        }

        return Task.CompletedTask;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Add(IPersistentRepresentation persistent)
    {
        var events = Messages.GetOrAdd(persistent.PersistenceId, _ => new LinkedList<IPersistentRepresentation>());
        lock (events)
        {
            events.AddLast(persistent);
        }

        return Messages;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Update(
        string pid, long seqNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater)
    {
        ForEach(pid, (_, node) =>
        {
            if (node.Value.SequenceNr == seqNr)
            {
                node.Value = updater(node.Value);
            }
        });
        return Messages;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Delete(string pid, long seqNr)
    {
        ForEach(pid, (events, node) =>
        {
            if (node.Value.SequenceNr == seqNr)
            {
                events.Remove(node);
            }
        });
        return Messages;
    }

    public IEnumerable<IPersistentRepresentation> Read(string pid, long fromSeqNr, long toSeqNr, long max)
    {
        var read = new List<IPersistentRepresentation>();
        ForEach(pid, (_, node) =>
        {
            var sequenceNr = node.Value.SequenceNr;
            if (sequenceNr >= fromSeqNr && sequenceNr <= toSeqNr && read.Count < max)
            {
                read.Add(node.Value);
            }
        });
        return read;
    }

    public long HighestSequenceNr(string pid)
    {
        if (!Messages.TryGetValue(pid, out var events))
        {
            return 0;
        }

        lock (events)
        {
            return events.Last?.Value.SequenceNr ?? 0;
        }
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var now = DateTime.UtcNow.Ticks;
        foreach (var write in messages)
        {
            foreach (var persistent in write.Events)
            {
                Add(persistent.WithTimestamp(now));
            }
        }

        return Task.FromResult<IImmutableList<Exception>>(null);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        var highest = HighestSequenceNr(persistenceId);
        if (toSequenceNr >= highest)
        {
            _highestDeleted.AddOrUpdate(persistenceId, highest, (_, before) => Math.Max(before, highest));
        }

        ForEach(persistenceId, (events, node) =>
        {
            if (node.Value.SequenceNr <= toSequenceNr)
            {
                events.Remove(node);
            }
        });
        return Task.CompletedTask;
    }

    private void ForEach(
        string persistenceId,
        Action<LinkedList<IPersistentRepresentation>, LinkedListNode<IPersistentRepresentation>> visit)
    {
        if (!Messages.TryGetValue(persistenceId, out var events))
        {
            return;
        }

        lock (events)
        {
            var node = events.First;
            while (node is not null)
            {
                var next = node.Next;
                visit(events, node);
                node = next;
            }
        }
    }
}
