namespace Akka.Pattern;

public abstract class BackoffSupervisorBase : ActorBase
{
    internal BackoffSupervisorBase(
        Props childProps, string childName, IBackoffReset reset, object replyWhileStopped, Func<object, bool> finalStopMessage)
    {
        ChildProps = childProps;
        ChildName = childName;
        Reset = reset;
        ReplyWhileStopped = replyWhileStopped;
        FinalStopMessage = finalStopMessage;
    }

    protected IActorRef Child { get; set; }

    protected string ChildName { get; }

    protected Props ChildProps { get; }

    protected Func<object, bool> FinalStopMessage { get; }

    protected bool FinalStopMessageReceived { get; set; }

    protected object ReplyWhileStopped { get; }

    protected IBackoffReset Reset { get; }

    protected int RestartCountN { get; set; }

    protected override void PreStart()
    {
        StartChildActor();
        base.PreStart();
    }

    protected bool HandleBackoff(object message)
    {
        switch (message)
        {
            case BackoffSupervisor.StartChild:
                StartChildActor();
                if (Reset is AutoReset auto)
                {
                    Context.System.Scheduler.ScheduleTellOnce(
                        auto.ResetBackoff, Self, new BackoffSupervisor.ResetRestartCount(RestartCountN), Self);
                }

                return true;
            case BackoffSupervisor.Reset when Reset is ManualReset:
                RestartCountN = 0;
                return true;
            case BackoffSupervisor.ResetRestartCount reset:
                // Only if it has not failed again since.
                RestartCountN = reset.Current == RestartCountN ? 0 : RestartCountN;
                return true;
            case BackoffSupervisor.GetRestartCount:
                Sender.Tell(new BackoffSupervisor.RestartCount(RestartCountN));
                return true;
            case BackoffSupervisor.GetCurrentChild:
                Sender.Tell(new BackoffSupervisor.CurrentChild(Child));
                return true;
            default:
                return message is not BackoffSupervisor.Reset && ForwardToChild(message);
        }
    }

    internal void ScheduleStart(TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int failures)
    {
        var delay = BackoffSupervisor.Delay(failures, minBackoff, maxBackoff, randomFactor);
        Context.System.Scheduler.ScheduleTellOnce(delay, Self, BackoffSupervisor.StartChild.Instance, Self);
    }

    private bool ForwardToChild(object message)
    {
        if (Child is not null)
        {
            if (Equals(Sender, Child))
            {
                // An answer of the child is meant for whoever the supervisor stands in for.
                Context.Parent.Forward(message);
                return true;
            }

            Child.Forward(message);
            FinalStopMessageReceived |= FinalStopMessage is not null && FinalStopMessage(message);
            return true;
        }

        if (ReplyWhileStopped is not null)
        {
            Sender.Tell(ReplyWhileStopped);
        }
        else
        {
            Context.System.DeadLetters.Forward(message);
        }

        if (FinalStopMessage is not null && FinalStopMessage(message))
        {
            Context.Stop(Self);
        }

        return true;
    }

    private void StartChildActor() => Child ??= Context.Watch(Context.ActorOf(ChildProps, ChildName));
}
