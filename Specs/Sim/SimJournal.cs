using System.Collections.Immutable;
using ActorEtcd.Log;
using Akka.Actor;
using Akka.Persistence;

namespace ActorEtcd.Specs.Sim;

/// <summary>The journal plugin: speaks Akka.Persistence's protocol, and writes to the member's simulated disk.</summary>
public sealed class SimJournal : UntypedActor
{
    private readonly SimMember _member = ((SimScheduler)Context.System.Scheduler).Member;
    private readonly int _life = ((SimScheduler)Context.System.Scheduler).Member.Life;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                Write(write);
                break;
            case ReplayMessages replay:
                Replay(replay);
                break;
            case DeleteMessagesTo delete:
                Delete(delete, Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Write(WriteMessages write)
    {
        var representations = write.Messages
            .Where(static envelope => envelope is AtomicWrite)
            .SelectMany(static envelope => (IImmutableList<IPersistentRepresentation>)envelope.Payload)
            .ToArray();
        var batch = representations
            .Select(static written => (written.SequenceNr, (LogEvent)written.Payload))
            .ToArray();
        _member.Disk.Write(_life, batch, () =>
        {
            write.PersistentActor.Tell(WriteMessagesSuccessful.Instance, ActorRefs.NoSender);
            foreach (IPersistentRepresentation written in representations)
            {
                write.PersistentActor.Tell(new WriteMessageSuccess(written, write.ActorInstanceId), ActorRefs.NoSender);
            }
        });
    }

    private void Replay(ReplayMessages replay)
    {
        SimDisk disk = _member.Disk;
        foreach (var (sequenceNr, logEvent) in disk.Read(replay.FromSequenceNr, replay.ToSequenceNr).Take((int)Math.Min(replay.Max, int.MaxValue)))
        {
            var persistent = new Persistent(logEvent, sequenceNr, replay.PersistenceId);
            replay.PersistentActor.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender);
        }

        replay.PersistentActor.Tell(new RecoverySuccess(disk.HighestSequenceNr), ActorRefs.NoSender);
    }

    private void Delete(DeleteMessagesTo delete, IActorRef self) =>
        _member.After(_life, _member.World.FlushTime(), () =>
        {
            _member.Disk.DeleteEvents(delete.ToSequenceNr);
            delete.PersistentActor.Tell(new DeleteMessagesSuccess(delete.ToSequenceNr), self);
        });
}
