using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>Decides on which thread, and for how long at a time, the mailboxes attached to it run.</summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    private long _inhabitants;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public string Id { get; protected set; }

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    [InternalApi]
    public TimeSpan ShutdownTimeout { get; protected set; }

    public int Throughput { get; set; }

    /// <summary>In ticks; null or zero means that only <see cref="Throughput"/> ends a turn.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    protected long Inhabitants => Interlocked.Read(ref _inhabitants);

    public virtual void Attach(ActorCell cell)
    {
        Interlocked.Increment(ref _inhabitants);
        RegisterForExecution(cell.Mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    public virtual void Detach(ActorCell cell)
    {
        var mailbox = cell.SwapMailbox(Mailboxes.DeadLetterMailbox);
        mailbox.BecomeClosed();
        mailbox.CleanUp();
        if (Interlocked.Decrement(ref _inhabitants) == 0)
        {
            Shutdown();
        }
    }

    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        var mailbox = cell.Mailbox;
        mailbox.Enqueue(cell.Self, envelope);
        RegisterForExecution(mailbox, hasMessageHint: true, hasSystemMessageHint: false);
    }

    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        var mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run));

    public void Schedule(IRunnable run) => ExecuteTask(run);

    internal void Suspend(ActorCell cell) => cell.Mailbox.Suspend();

    internal void Resume(ActorCell cell)
    {
        var mailbox = cell.Mailbox;
        if (mailbox.Resume())
        {
            RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: false);
        }
    }

    internal bool RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint, bool again = false)
    {
        if (!mailbox.CanBeScheduledForExecution(hasMessageHint, hasSystemMessageHint) || !mailbox.SetAsScheduled())
        {
            return false;
        }

        if (again)
        {
            ExecuteAgain(mailbox);
        }
        else
        {
            ExecuteTask(mailbox);
        }

        return true;
    }

    internal virtual void ExecuteAgain(IRunnable run) => ExecuteTask(run);

    protected abstract void ExecuteTask(IRunnable run);

    protected void ReportFailure(Exception ex) =>
        EventStream.Publish(new Error(ex, GetType().FullName, GetType(), "An unexpected error occurred in a dispatcher"));

    [InternalApi]
    protected abstract void Shutdown();
}
