namespace Akka.Dispatch;

internal sealed class TaskExecutorService : ExecutorService
{
    private readonly TaskScheduler _scheduler;

    public TaskExecutorService(string id, TaskScheduler scheduler)
        : base(id)
    {
        _scheduler = scheduler;
    }

    public override void Execute(IRunnable run) =>
        Task.Factory.StartNew(static r => ((IRunnable)r).Run(), run, CancellationToken.None, TaskCreationOptions.None, _scheduler);

    public override void Shutdown()
    {
    }
}
