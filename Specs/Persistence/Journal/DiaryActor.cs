using Akka.Actor;
using Akka.Persistence;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>A persistent actor that remembers texts, and tells its owner what recovery and persisting came to.</summary>
internal sealed class DiaryActor(string id, IObserver<object> owner) : UntypedPersistentActor
{
    private readonly List<string> _texts = [];

    public override string PersistenceId => id;

    public static Props Props(string id, IObserver<object> owner) =>
        global::Akka.Actor.Props.Create(() => new DiaryActor(id, owner));

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Write write:
                PersistAll(write.Texts.Select(text => new TextEvent(text)), Remember);
                DeferAsync(Sender, sender => ((IActorRef)sender!).Tell(new Written(LastSequenceNr)));
                break;
            case Read:
                Sender.Tell(_texts.ToArray());
                break;
            case Snap:
                SaveSnapshot(new TextEvent(string.Join(',', _texts)));
                break;
            case Forget forget:
                DeleteMessages(forget.ToSequenceNr);
                break;
            default:
                owner.OnNext(message);
                break;
        }
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer offer:
                _texts.Clear();
                _texts.AddRange(((TextEvent)offer.Snapshot).Text.Split(','));
                break;
            case TextEvent e:
                Remember(e);
                break;
            case RecoveryCompleted:
                owner.OnNext(message);
                break;
        }
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => owner.OnNext(reason);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => owner.OnNext(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => owner.OnNext(cause);

    private void Remember(TextEvent e) => _texts.Add(e.Text);

    internal sealed record Write(params string[] Texts);

    internal sealed record Written(long SequenceNr);

    internal sealed record Read;

    internal sealed record Snap;

    internal sealed record Forget(long ToSequenceNr);
}
