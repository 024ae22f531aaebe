using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// The parent of Akka's own actors. It outlives the user guardian: when that has stopped, those who registered a
/// termination hook are given their turn, and then the rest stops.
/// </summary>
public class SystemGuardianActor : ActorBase, IRequiresMessageQueue<IUnboundedMessageQueueSemantics>
{
    private readonly IActorRef _userGuardian;
    private readonly HashSet<IActorRef> _terminationHooks = [];

    public SystemGuardianActor(IActorRef userGuardian)
    {
        _userGuardian = userGuardian;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_userGuardian):
                Context.Become(Terminating);
                foreach (var hook in _terminationHooks)
                {
                    hook.Tell(TerminationHook.Instance);
                }

                StopWhenDone();
                return true;
            case Terminated terminated:
                // One that registered a hook and stopped on its own.
                _terminationHooks.Remove(terminated.ActorRef);
                return true;
            case StopChild stopChild:
                Context.Stop(stopChild.Child);
                return true;
            case RegisterTerminationHook when !ReferenceEquals(Sender, Context.System.DeadLetters):
                _terminationHooks.Add(Sender);
                Context.Watch(Sender);
                return true;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                return true;
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
    }

    private bool Terminating(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                _terminationHooks.Remove(terminated.ActorRef);
                StopWhenDone();
                return true;
            case TerminationHookDone:
                _terminationHooks.Remove(Sender);
                StopWhenDone();
                return true;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                return true;
        }
    }

    private void StopWhenDone()
    {
        if (_terminationHooks.Count == 0)
        {
            Context.System.EventStream.Unsubscribe(Self);
            Context.Stop(Self);
        }
    }
}
