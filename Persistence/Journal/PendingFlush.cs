namespace ActorEtcd.Persistence.Journal;

/// <summary>A pending append as a task.</summary>
public sealed class PendingFlush : PendingAppend
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _done.Task;

    protected internal override void Completed(long firstSegment, long lastSegment) => _done.SetResult();

    protected internal override void Failed(Exception cause) => _done.SetException(cause);
}
