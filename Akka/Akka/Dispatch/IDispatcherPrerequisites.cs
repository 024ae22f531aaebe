namespace Akka.Dispatch;

public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }

    Mailboxes Mailboxes { get; }

    IScheduler Scheduler { get; }

    Settings Settings { get; }
}
