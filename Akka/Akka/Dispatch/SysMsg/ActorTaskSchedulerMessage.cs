namespace Akka.Dispatch.SysMsg;

/// <summary>A continuation of an asynchronous handler, or its failure, brought back onto the actor's own thread.</summary>
internal sealed class ActorTaskSchedulerMessage : SystemMessage
{
    public ActorTaskSchedulerMessage(ActorTaskScheduler scheduler, Task task)
    {
        Scheduler = scheduler;
        Task = task;
    }

    public ActorTaskSchedulerMessage(Exception failure, object message)
    {
        Failure = failure;
        Message = message;
    }

    public ActorTaskScheduler Scheduler { get; }

    public Task Task { get; }

    public Exception Failure { get; }

    public object Message { get; }
}
