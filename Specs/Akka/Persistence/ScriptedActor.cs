using Akka.Actor;
using Akka.Persistence;

namespace ActorEtcd.Specs.Akka.Persistence;

/// <summary>A persistent actor that does what the actions sent to it say, and reports what happens to it.</summary>
public sealed class ScriptedActor : UntypedPersistentActor
{
    private readonly IActorRef _report;
    private readonly Recovery _recovery;
    private readonly Action<ScriptedActor, object>? _onRecover;

    public ScriptedActor(
        string persistenceId, IActorRef report, Recovery recovery, Action<ScriptedActor, object>? onRecover)
    {
        PersistenceId = persistenceId;
        _report = report;
        _recovery = recovery;
        _onRecover = onRecover;
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _recovery;

    public static Props Props(
        string persistenceId,
        IActorRef report,
        Recovery? recovery = null,
        Action<ScriptedActor, object>? onRecover = null)
    {
        var from = recovery ?? Recovery.Default;
        return global::Akka.Actor.Props.Create(() => new ScriptedActor(persistenceId, report, from, onRecover));
    }

    public void Report(object what) => _report.Tell(what, Self);

    /// <summary>Reports an event from its handler.</summary>
    public void Handled(object @event) => Report($"handled {@event}");

    public void Reply(object what) => Sender.Tell(what, Self);

    public void Throw(string message) => throw new InvalidOperationException(message);

    protected override void OnCommand(object message)
    {
        if (message is Action<ScriptedActor> script)
        {
            script(this);
        }
        else
        {
            Report(message);
        }
    }

    protected override void OnRecover(object message)
    {
        _onRecover?.Invoke(this, message);
        Report(message switch
        {
            SnapshotOffer offer => $"offer {offer.Snapshot} at {offer.Metadata.SequenceNr}",
            RecoveryCompleted => $"completed at {LastSequenceNr}",
            _ => $"recover {message}",
        });
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Report($"failure {@event} {sequenceNr} {cause.Message}");

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Report($"rejected {@event} {sequenceNr} {cause.Message}");

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Report($"recovery failure {reason.GetType().Name}: {reason.Message}");
}
