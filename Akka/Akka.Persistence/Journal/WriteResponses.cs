using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>
/// Sends the answers of a journal's writes in the order of the requests. Writes may finish in any order and on any
/// thread; the one that finishes the oldest open write sends its answers and those of the finished writes behind it.
/// </summary>
internal sealed class WriteResponses(IActorRef journal)
{
    private readonly Queue<Slot> _open = new();

    // Guarded by _open. True while one thread sends; others leave their answers to it.
    private bool _sending;

    public Slot Reserve(WriteMessages request)
    {
        var slot = new Slot(request);
        lock (_open)
        {
            _open.Enqueue(slot);
        }

        return slot;
    }

    public void Complete(Slot slot, IImmutableList<Exception?>? results)
    {
        var writes = CountWrites(slot.Request);
        if (results is not null && results.Count != writes)
        {
            Fail(slot, new InvalidOperationException(
                $"WriteMessagesAsync returned an invalid number of results: [{results.Count}] for [{writes}] atomic writes"));
            return;
        }

        slot.Results = results;
        Finish(slot);
    }

    public void Fail(Slot slot, Exception cause)
    {
        slot.Failure = cause;
        Finish(slot);
    }

    private static int CountWrites(WriteMessages request)
    {
        var writes = 0;
        foreach (var envelope in request.Messages)
        {
            writes += envelope is AtomicWrite ? 1 : 0;
        }

        return writes;
    }

    private void Finish(Slot slot)
    {
        lock (_open)
        {
            slot.Finished = true;
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        while (TryNext(out var next))
        {
            Send(next);
        }
    }

    private bool TryNext(out Slot next)
    {
        lock (_open)
        {
            if (_open.TryPeek(out next!) && next.Finished)
            {
                _open.Dequeue();
                return true;
            }

            _sending = false;
            return false;
        }
    }

    private void Send(Slot slot)
    {
        var request = slot.Request;
        var actor = request.PersistentActor;
        actor.Tell(
            slot.Failure is null
                ? WriteMessagesSuccessful.Instance
                : new WriteMessagesFailed(slot.Failure, CountWrites(request)),
            journal);
        var write = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is AtomicWrite atomic)
            {
                var rejection = slot.Results?[write++];
                foreach (var persistent in atomic.Events)
                {
                    actor.Tell(Answer(slot, persistent, rejection), persistent.Sender);
                }
            }
            else
            {
                actor.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
            }
        }
    }

    private static object Answer(Slot slot, IPersistentRepresentation persistent, Exception? rejection)
    {
        var instance = slot.Request.ActorInstanceId;
        if (slot.Failure is not null)
        {
            return new WriteMessageFailure(persistent, slot.Failure, instance);
        }

        return rejection is null
            ? new WriteMessageSuccess(persistent, instance)
            : new WriteMessageRejected(persistent, rejection, instance);
    }

    internal sealed class Slot(WriteMessages request)
    {
        public WriteMessages Request { get; } = request;

        public IImmutableList<Exception?>? Results { get; set; }

        public Exception? Failure { get; set; }

        // Guarded by the queue of open slots.
        public bool Finished { get; set; }
    }
}
