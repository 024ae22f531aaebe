using ActorEtcd.Log;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Apply;

/// <summary>
/// Makes checkpoints durable: first the bytes of the segments, then the manifest that names them. It waits for the
/// disk, so it lives on a dispatcher of its own.
/// <code>
/// TakeCheckpoint         flushes the segments, then asks the log actor to save the manifest; CheckpointFailed without room
/// CheckpointSaved        segments that no manifest needs any more go; CheckpointTaken
/// CheckpointSaveFailed   CheckpointFailed
/// </code>
/// </summary>
public sealed class CheckpointActor : UntypedActor
{
    /// <summary>The dispatcher, with a thread of its own, for actors that wait for the disk.</summary>
    public const string Dispatcher = "akka.etcd.blocking-io-dispatcher";

    private readonly ISegmentStorage _storage;
    private readonly IActorRef _logActor;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _requester = ActorRefs.Nobody;
    private CheckpointManifest? _saving;

    public CheckpointActor(ISegmentStorage storage, IActorRef logActor)
    {
        _storage = storage;
        _logActor = logActor;
    }

    public static Props Props(ISegmentStorage storage, IActorRef logActor)
        => Akka.Actor.Props.Create(() => new CheckpointActor(storage, logActor)).WithDispatcher(Dispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TakeCheckpoint take: Flush(take); break;
            case CheckpointSaved: Saved(); break;
            case CheckpointSaveFailed failed: Failed(failed.Reason); break;
            default: Unhandled(message); break;
        }
    }

    private void Flush(TakeCheckpoint take)
    {
        // Encoded here and not by the apply actor, which has better things to do.
        var manifest = take.State is { } state
            ? take.Manifest with { State = ReplicatedStateCodec.Encode(state) }
            : take.Manifest;

        // A failed flush throws: the pages may be gone, so the process must not go on. Without room for a write nothing is lost.
        _requester = Sender;
        _saving = manifest;
        try
        {
            _saving = manifest with { Store = _storage.Flush(manifest.Store) };
        }
        catch (SegmentWriteException full) when (full.IsNoSpace)
        {
            Failed(full.Message);
            return;
        }

        _logActor.Tell(new SaveCheckpoint(_saving));
    }

    private void Saved()
    {
        if (_saving is not { } manifest)
        {
            return;
        }

        _saving = null;
        _storage.Retain(manifest.Store);
        _log.Info("saved snapshot at index {0}, revision {1}", manifest.Index, manifest.Store.Revision);
        _requester.Tell(new CheckpointTaken(manifest.Index));
    }

    private void Failed(string reason)
    {
        if (_saving is { } manifest)
        {
            _saving = null;
            _log.Warning("The checkpoint at index {0} was not saved: {1}", manifest.Index, reason);
            _requester.Tell(new CheckpointFailed(manifest.Index, reason));
        }
    }
}
