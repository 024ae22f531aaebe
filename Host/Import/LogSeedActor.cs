using ActorEtcd.Client;
using ActorEtcd.Log;
using Akka.Actor;

namespace ActorEtcd.Host.Import;

/// <summary>
/// Writes the first events of a new member's log through the log actor itself: its term and vote, the checkpoint that
/// the log begins at, and the entries behind it. It takes the places of the root and of Raft.
/// <code>
/// LogRecovered        the events go to the log
/// LogPersisted        those that have a number are durable
/// CheckpointSaved     so is the checkpoint; with both the log is complete
/// LogUnusable         it cannot be written
/// </code>
/// </summary>
internal sealed class LogSeedActor : UntypedActor
{
    // Nobody waits for heartbeats meanwhile; it only has to be some bound.
    private static readonly TimeSpan FlushWithin = TimeSpan.FromSeconds(1);

    private readonly MemberSeed _seed;
    private readonly CheckpointManifest _manifest;
    private readonly Pending<bool> _done;
    private readonly long _lastSequence;
    private bool _isPersisted;
    private bool _isSaved;

    public LogSeedActor(MemberSeed seed, CheckpointManifest manifest, Pending<bool> done)
    {
        _seed = seed;
        _manifest = manifest;
        _done = done;
        _lastSequence = seed.Uncommitted.IsEmpty ? 1 : 2;
    }

    public static Props Props(MemberSeed seed, CheckpointManifest manifest, Pending<bool> done)
        => Akka.Actor.Props.Create(() => new LogSeedActor(seed, manifest, done));

    protected override void PreStart() => Context.ActorOf(LogActor.Props(_seed.Self, FlushWithin), "log");

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _done.TryFail(failure);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LogRecovered:
                Write(Sender);
                break;
            case LogPersisted persisted:
                _isPersisted |= persisted.Sequence == _lastSequence;
                CompleteIfDone();
                break;
            case CheckpointSaved:
                _isSaved = true;
                CompleteIfDone();
                break;
            case LogUnusable unusable:
                _done.TryFail(new NodeFailedException(unusable.Reason));
                break;
            case LogResetDone:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Write(IActorRef log)
    {
        log.Tell(AttachRaft.Instance);
        log.Tell(new PersistTermAndVote(Sequence: 1, _seed.CurrentTerm, _seed.Vote));
        log.Tell(new ResetLog(_manifest));
        if (!_seed.Uncommitted.IsEmpty)
        {
            log.Tell(new PersistEntries(Sequence: 2, _manifest.Index, _seed.Uncommitted, _manifest.Index));
        }
    }

    private void CompleteIfDone()
    {
        if (_isPersisted && _isSaved)
        {
            _done.TryComplete(true);
        }
    }
}
