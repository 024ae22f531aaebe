using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace Akka.Persistence.Snapshot;

/// <summary>The base of snapshot stores.</summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly CircuitBreaker _breaker;
    private readonly ILoggingAdapter _log;

    protected SnapshotStore()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self);
        _log = Context.GetLogger();
        _breaker = new CircuitBreaker(
            Context.System.Scheduler,
            config.GetInt("circuit-breaker.max-failures", 5),
            config.GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(20), allowInfinite: false),
            config.GetTimeSpan("circuit-breaker.reset-timeout", TimeSpan.FromSeconds(60), allowInfinite: false));
    }

    /// <summary>The newest snapshot that matches, or null.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes one snapshot; the earliest possible timestamp stands for any.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected sealed override bool Receive(object message) =>
        ReceiveSnapshotStore(message) || ReceivePluginInternal(message);

    /// <summary>Handles messages of the plugin's own; also sees the outcome of each save and delete.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    private bool ReceiveSnapshotStore(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                Load(load);
                return true;
            case SaveSnapshot save:
                Save(save);
                return true;
            case DeleteSnapshot delete:
                Run(
                    () => DeleteAsync(delete.Metadata),
                    new DeleteSnapshotSuccess(delete.Metadata),
                    cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case DeleteSnapshots delete:
                Run(
                    () => DeleteAsync(delete.PersistenceId, delete.Criteria),
                    new DeleteSnapshotsSuccess(delete.Criteria),
                    cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            case SaveSnapshotFailure failure:
                Discard(failure.Metadata);
                Announce(message);
                return true;
            case SaveSnapshotSuccess or DeleteSnapshotSuccess or DeleteSnapshotFailure
                or DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                Announce(message);
                return true;
            default:
                return false;
        }
    }

    private static Exception Unwrap(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten() is { InnerExceptions: [var only] } ? only : e;

    private void Announce(object outcome)
    {
        try
        {
            ReceivePluginInternal(outcome);
        }
        finally
        {
            Sender.Tell(outcome);
        }
    }

    private void Load(LoadSnapshot load)
    {
        if (load.Criteria.Equals(SnapshotSelectionCriteria.None))
        {
            Sender.Tell(new LoadSnapshotResult(null, load.ToSequenceNr));
            return;
        }

        _ = LoadAndReply(Sender);

        async Task LoadAndReply(IActorRef actor)
        {
            try
            {
                var criteria = load.Criteria.Limit(load.ToSequenceNr);
                var snapshot = await _breaker
                    .WithCircuitBreaker(() => LoadAsync(load.PersistenceId, criteria))
                    .ConfigureAwait(false);
                actor.Tell(new LoadSnapshotResult(snapshot, load.ToSequenceNr), ActorRefs.NoSender);
            }
            catch (Exception e)
            {
                actor.Tell(new LoadSnapshotFailed(Unwrap(e)), ActorRefs.NoSender);
            }
        }
    }

    private void Save(SaveSnapshot save)
    {
        var given = save.Metadata;
        var metadata = given.Timestamp == DateTime.MinValue
            ? new SnapshotMetadata(given.PersistenceId, given.SequenceNr, DateTime.UtcNow)
            : given;
        Run(
            () => SaveAsync(metadata, save.Snapshot),
            new SaveSnapshotSuccess(metadata),
            cause => new SaveSnapshotFailure(given, cause));
    }

    /// <summary>Runs an operation and passes its outcome through this actor to the one that asked.</summary>
    private void Run(Func<Task> operation, object success, Func<Exception, object> failure)
    {
        _ = RunAndReply(Self, Sender);

        async Task RunAndReply(IActorRef self, IActorRef actor)
        {
            object outcome;
            try
            {
                await _breaker.WithCircuitBreaker(operation).ConfigureAwait(false);
                outcome = success;
            }
            catch (Exception e)
            {
                outcome = failure(Unwrap(e));
            }

            self.Tell(outcome, actor);
        }
    }

    // A failed save may have left a part behind.
    private void Discard(SnapshotMetadata metadata)
    {
        _ = DeleteQuietly();

        async Task DeleteQuietly()
        {
            try
            {
                await _breaker.WithCircuitBreaker(() => DeleteAsync(metadata)).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                _log.Error(e, "Deleting what a failed save left of {0} failed", metadata);
            }
        }
    }
}
