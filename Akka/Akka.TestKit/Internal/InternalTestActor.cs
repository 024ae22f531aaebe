using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Queues what it receives for the test thread, after the pilot has seen it.</summary>
internal sealed class InternalTestActor : UntypedActor
{
    private readonly TestMailbox _queue;
    private TestActor.Ignore? _ignore;
    private AutoPilot? _autoPilot;

    public InternalTestActor(TestMailbox queue)
    {
        _queue = queue;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TestActor.SetIgnore setIgnore:
                _ignore = setIgnore.Ignore;
                return;
            case TestActor.SetAutoPilot setAutoPilot:
                _autoPilot = setAutoPilot.AutoPilot;
                return;
            case TestActor.Watch watch:
                Context.Watch(watch.Actor);
                Sender.Tell(TestActor.WatchAck.Instance);
                return;
            case TestActor.Unwatch unwatch:
                Context.Unwatch(unwatch.Actor);
                Sender.Tell(TestActor.WatchAck.Instance);
                return;
            case TestActor.SpawnChild spawn:
                Sender.Tell(spawn.Name is null ? Context.ActorOf(spawn.Props) : Context.ActorOf(spawn.Props, spawn.Name));
                return;
            default:
                Queue(message);
                return;
        }
    }

    private void Queue(object message)
    {
        var sender = Sender;
        if (_autoPilot?.Run(sender, message) is { } next and not KeepRunning)
        {
            _autoPilot = next;
        }

        if (_ignore is null || !_ignore(message))
        {
            _queue.Add(new RealMessageEnvelope(message, sender));
        }
    }
}
