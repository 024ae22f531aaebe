using ActorEtcd.Log;
using Akka.Actor;
using Akka.Persistence;

namespace ActorEtcd.Specs.Sim;

/// <summary>The snapshot plugin over the member's simulated disk.</summary>
public sealed class SimSnapshotStore : UntypedActor
{
    private readonly SimMember _member = ((SimScheduler)Context.System.Scheduler).Member;
    private readonly int _life = ((SimScheduler)Context.System.Scheduler).Member.Life;

    protected override void OnReceive(object message)
    {
        IActorRef asker = Sender;
        switch (message)
        {
            case LoadSnapshot load:
                asker.Tell(new LoadSnapshotResult(Load(load), load.ToSequenceNr), Self);
                break;
            case SaveSnapshot save:
                _member.Disk.SaveSnapshot(
                    _life,
                    save.Metadata.SequenceNr,
                    (LogSnapshot)save.Snapshot,
                    () => asker.Tell(new SaveSnapshotSuccess(save.Metadata), ActorRefs.NoSender));
                break;
            case DeleteSnapshots delete:
                _member.Disk.DeleteSnapshots(delete.Criteria.MaxSequenceNr);
                asker.Tell(new DeleteSnapshotsSuccess(delete.Criteria), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private SelectedSnapshot? Load(LoadSnapshot load)
    {
        long max = Math.Min(load.Criteria.MaxSequenceNr, load.ToSequenceNr);
        return _member.Disk.NewestSnapshot(max) is { } found
            ? new SelectedSnapshot(new SnapshotMetadata(load.PersistenceId, found.SequenceNr, DateTime.UnixEpoch), found.Snapshot)
            : null;
    }
}
