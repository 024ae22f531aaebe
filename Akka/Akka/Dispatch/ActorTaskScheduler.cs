using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Runs the asynchronous handlers of one actor, and their continuations, as if they were part of the handler: one
/// at a time, in the actor's context. The mailbox stays suspended until the handler's task has completed.
/// </summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;
    private Task _starting;

    internal ActorTaskScheduler(ActorCell cell)
    {
        _cell = cell;
    }

    public object CurrentMessage { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = InternalCurrentActorCellKeeper.Current
            ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        cell.TaskScheduler.Start(cell, asyncAction);
    }

    internal void Execute(Task task)
    {
        OnBeforeTaskStarted();
        TryExecuteTask(task);
        OnAfterTaskCompleted();
    }

    protected override IEnumerable<Task> GetScheduledTasks() => null;

    protected virtual void OnAfterTaskCompleted()
    {
    }

    protected virtual void OnBeforeTaskStarted()
    {
    }

    protected override void QueueTask(Task task)
    {
        if (ReferenceEquals(_starting, task))
        {
            return;
        }

        _cell.SendSystemMessage(new ActorTaskSchedulerMessage(this, task));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(InternalCurrentActorCellKeeper.Current, _cell) && TryExecuteTask(task);

    private void Start(ActorCell cell, Func<Task> asyncAction)
    {
        var message = cell.CurrentMessage;
        CurrentMessage = message;
        cell.Mailbox.Suspend();
        var start = new Task<Task>(asyncAction);
        _starting = start;
        start.Start(this);
        _starting = null;
        Execute(start);
        start.Unwrap().ContinueWith(
            (done, _) => Complete(cell, done, message),
            null,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            Default);
    }

    private void Complete(ActorCell cell, Task done, object message)
    {
        CurrentMessage = null;
        var failure = done.IsCanceled
            ? new TaskCanceledException(done)
            : done.Exception?.InnerExceptions.Count == 1 ? done.Exception.InnerException : done.Exception;
        if (failure is null && ReferenceEquals(InternalCurrentActorCellKeeper.Current, cell))
        {
            cell.AsyncHandlerCompleted();
        }
        else
        {
            cell.SendSystemMessage(new ActorTaskSchedulerMessage(failure, message));
        }
    }
}
