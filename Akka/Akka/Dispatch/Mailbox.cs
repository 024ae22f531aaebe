using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// The queues of one actor and the right to run it. The status word says whether it is closed, whether a thread
/// has been asked to run it, and how many suspensions are in force. Invariant: at most one thread runs an open
/// mailbox, and a mailbox with work to do is either scheduled or about to be scheduled by whoever added the work.
/// </summary>
public class Mailbox : IRunnable
{
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private static readonly SystemMessage QueueClosed = new NoMessage();

    private ActorCell _cell;
    private int _status;
    private SystemMessage _systemQueue;

    public Mailbox(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
        WorkItem = new MailboxWorkItem(this);
    }

    public MessageDispatcher Dispatcher => _cell.Dispatcher;

    public IMessageQueue MessageQueue { get; }

    internal IThreadPoolWorkItem WorkItem { get; }

    internal ActorCell Cell => _cell;

    internal bool IsClosed => (Volatile.Read(ref _status) & Closed) != 0;

    internal bool IsSuspended => Volatile.Read(ref _status) >= SuspendUnit;

    internal bool IsScheduled => (Volatile.Read(ref _status) & Scheduled) != 0;

    internal int SuspendCount => Volatile.Read(ref _status) / SuspendUnit;

    internal bool HasMessages => MessageQueue.HasMessages;

    internal bool HasSystemMessages
    {
        get
        {
            var head = Volatile.Read(ref _systemQueue);
            return head is not null && !ReferenceEquals(head, QueueClosed);
        }
    }

    internal int NumberOfMessages => MessageQueue.Count;

    public virtual void SetActor(ActorCell actorCell) => _cell = actorCell;

    public void Run()
    {
        var outer = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = _cell;
        try
        {
            if (!IsClosed)
            {
                ProcessAllSystemMessages();
                ProcessMailbox();
            }
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = outer;
            SetAsIdle();
            Dispatcher.RegisterForExecution(this, hasMessageHint: false, hasSystemMessageHint: false, again: true);
        }
    }

    public virtual void CleanUp()
    {
        if (_cell is null)
        {
            return;
        }

        var deadLetters = _cell.SystemImpl.Mailboxes.DeadLetterMailbox;
        var message = Reverse(Interlocked.Exchange(ref _systemQueue, QueueClosed));
        while (message is not null)
        {
            var next = message.Next;
            message.Next = null;
            deadLetters.SystemEnqueue(_cell.Self, message);
            message = next;
        }

        MessageQueue.CleanUp(_cell.Self, deadLetters.MessageQueue);
    }

    internal virtual void Enqueue(IActorRef receiver, in Envelope envelope)
    {
        MessageQueue.Enqueue(receiver, envelope);
        if (IsClosed)
        {
            // The actor stopped between the sender's look at its mailbox and now; nobody else would drain it.
            MessageQueue.CleanUp(receiver, _cell.SystemImpl.Mailboxes.DeadLetterMailbox.MessageQueue);
        }
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        while (true)
        {
            var head = Volatile.Read(ref _systemQueue);
            if (ReferenceEquals(head, QueueClosed))
            {
                message.Next = null;
                _cell.SystemImpl.Mailboxes.DeadLetterMailbox.SystemEnqueue(receiver, message);
                return;
            }

            message.Next = head;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _systemQueue, message, head), head))
            {
                return;
            }
        }
    }

    internal bool CanBeScheduledForExecution(bool hasMessageHint, bool hasSystemMessageHint)
    {
        var status = Volatile.Read(ref _status);
        if ((status & (Closed | Scheduled)) != 0)
        {
            return false;
        }

        return status >= SuspendUnit
            ? hasSystemMessageHint || HasSystemMessages
            : hasMessageHint || hasSystemMessageHint || HasSystemMessages || HasMessages;
    }

    internal bool SetAsScheduled()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if ((status & (Closed | Scheduled)) != 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _status, status | Scheduled, status) == status)
            {
                return true;
            }
        }
    }

    internal void SetAsIdle() => Interlocked.And(ref _status, ~Scheduled);

    /// <summary>Adds one suspension; true when it is the first.</summary>
    internal bool Suspend() => ChangeSuspension(SuspendUnit) == 0;

    /// <summary>Takes one suspension back; true when none is left.</summary>
    internal bool Resume() => ChangeSuspension(-SuspendUnit) == 1;

    internal void BecomeClosed() => Interlocked.Or(ref _status, Closed);

    private int ChangeSuspension(int delta)
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            var suspensions = status / SuspendUnit;
            if ((status & Closed) != 0 || (delta < 0 && suspensions == 0))
            {
                return -1;
            }

            if (Interlocked.CompareExchange(ref _status, status + delta, status) == status)
            {
                return suspensions;
            }
        }
    }

    private void ProcessMailbox()
    {
        var dispatcher = Dispatcher;
        var left = dispatcher.Throughput;
        var deadline = dispatcher.ThroughputDeadlineTime is > 0
            ? Environment.TickCount64 + (dispatcher.ThroughputDeadlineTime.Value / TimeSpan.TicksPerMillisecond)
            : long.MaxValue;
        while ((Volatile.Read(ref _status) & ~Scheduled) == 0 && MessageQueue.TryDequeue(out var envelope))
        {
            _cell.Invoke(envelope);
            if (Volatile.Read(ref _systemQueue) is not null)
            {
                ProcessAllSystemMessages();
            }

            if (--left <= 0 || (deadline != long.MaxValue && Environment.TickCount64 >= deadline))
            {
                return;
            }
        }
    }

    private void ProcessAllSystemMessages()
    {
        while (HasSystemMessages)
        {
            var message = Reverse(DrainSystemQueue());
            while (message is not null)
            {
                var next = message.Next;
                message.Next = null;
                if (IsClosed)
                {
                    _cell.SystemImpl.Mailboxes.DeadLetterMailbox.SystemEnqueue(_cell.Self, message);
                }
                else
                {
                    _cell.SystemInvoke(message);
                }

                message = next;
            }
        }
    }

    private SystemMessage DrainSystemQueue()
    {
        while (true)
        {
            var head = Volatile.Read(ref _systemQueue);
            if (head is null || ReferenceEquals(head, QueueClosed))
            {
                return null;
            }

            if (ReferenceEquals(Interlocked.CompareExchange(ref _systemQueue, null, head), head))
            {
                return head;
            }
        }
    }

    private static SystemMessage Reverse(SystemMessage latestFirst)
    {
        SystemMessage earliestFirst = null;
        while (latestFirst is not null && !ReferenceEquals(latestFirst, QueueClosed))
        {
            var next = latestFirst.Next;
            latestFirst.Next = earliestFirst;
            earliestFirst = latestFirst;
            latestFirst = next;
        }

        return earliestFirst;
    }

    private sealed class MailboxWorkItem : IThreadPoolWorkItem
    {
        private readonly Mailbox _mailbox;

        public MailboxWorkItem(Mailbox mailbox)
        {
            _mailbox = mailbox;
        }

        public void Execute() => _mailbox.Run();
    }
}
