namespace Akka.Actor.Internal;

/// <summary>A named timer of a finite state machine, or its state timeout; it is also what the schedule sends.</summary>
internal sealed class FsmTimer : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private readonly FlagCancelable _schedule = new();

    public FsmTimer(string name, object message, bool repeat, int generation, FSMBase owner)
    {
        Name = name;
        Message = message;
        Repeat = repeat;
        Generation = generation;
        Owner = owner;
    }

    public string Name { get; }

    public object Message { get; }

    public bool Repeat { get; }

    public int Generation { get; }

    /// <summary>The instance that started it: a timer does not outlive a restart.</summary>
    public FSMBase Owner { get; }

    public void Start(IScheduler scheduler, IActorRef self, TimeSpan timeout)
    {
        if (Repeat)
        {
            scheduler.ScheduleTellRepeatedly(timeout, timeout, self, this, self, _schedule);
        }
        else
        {
            scheduler.ScheduleTellOnce(timeout, self, this, self, _schedule);
        }
    }

    public void Cancel() => _schedule.Cancel();
}
