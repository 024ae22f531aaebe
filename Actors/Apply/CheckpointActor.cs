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
/// CheckpointSaveFailed   CheckpointFailed; the next one is this one again if it has taken much of the disk
/// CheckpointReplaced     what the one before needed for its state is not needed any more
/// </code>
/// </summary>
public sealed class CheckpointActor : UntypedActor
{
    /// <summary>The dispatcher, with a thread of its own, for actors that wait for the disk.</summary>
    public const string Dispatcher = "akka.etcd.blocking-io-dispatcher";

    private readonly ISegmentStorage _storage;
    private readonly IActorRef _logActor;
    private readonly ApplySettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _requester = ActorRefs.Nobody;
    private CheckpointManifest? _saving;

    /// <summary>Not saved, and nobody knows whether it is durable all the same: what it names must stay until it is.</summary>
    private CheckpointManifest? _unsaved;

    /// <summary>The newest one that is durable.</summary>
    private CheckpointManifest _durable;

    public CheckpointActor(ISegmentStorage storage, IActorRef logActor, ApplySettings settings, CheckpointManifest opened)
    {
        _storage = storage;
        _logActor = logActor;
        _settings = settings;
        _durable = opened;
    }

    /// <param name="opened">The checkpoint that the state was opened from.</param>
    public static Props Props(ISegmentStorage storage, IActorRef logActor, ApplySettings settings, CheckpointManifest opened)
        => Akka.Actor.Props.Create(() => new CheckpointActor(storage, logActor, settings, opened)).WithDispatcher(Dispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TakeCheckpoint take: Flush(take); break;
            case CheckpointSaved: Saved(); break;
            case CheckpointSaveFailed failed: NotSaved(failed.Reason); break;
            case CheckpointReplaced replaced: Replace(replaced.Manifest); break;
            default: Unhandled(message); break;
        }
    }

    private void Flush(TakeCheckpoint take)
    {
        _requester = Sender;
        if (_unsaved is { } again)
        {
            (_saving, _unsaved) = (again, null);
            _logActor.Tell(new SaveCheckpoint(again));
            return;
        }

        // Encoded here and not by the apply actor, which has better things to do.
        // A failed flush throws: the pages may be gone, so the process must not go on. Without room for a write nothing is lost.
        _saving = take.Manifest;
        try
        {
            _saving = take.Manifest with { Store = _storage.Flush(take.Manifest.Store) };
            _saving = take.State is { } state ? StateSegments.Write(_saving, state, _storage, _settings) : _saving;
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
        Follow(manifest);
        _storage.Retain(manifest.Store);
        _log.Info("saved snapshot at index {0}, revision {1}", manifest.Index, manifest.Store.Revision);
        _requester.Tell(new CheckpointTaken(manifest.Index));
    }

    // One from the leader may be newer than one of this member that is being saved; then it stays the one that counts.
    private void Follow(CheckpointManifest durable)
    {
        var superseded = durable;
        if (durable.Index >= _durable.Index)
        {
            (superseded, _durable) = (_durable, durable);
        }

        StateSegments.Drop(superseded.Store.StateSegments, _storage);
    }

    private void Replace(CheckpointManifest manifest)
    {
        StateSegments.Drop(_unsaved?.Store.StateSegments ?? [], _storage);
        _unsaved = null;
        Follow(manifest);
    }

    private void NotSaved(string reason)
    {
        if (_saving is { Store.StateSegments.IsEmpty: false } manifest)
        {
            if (manifest.Index > _durable.Index)
            {
                _unsaved = manifest;
            }
            else
            {
                StateSegments.Drop(manifest.Store.StateSegments, _storage);
            }
        }

        Failed(reason);
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
