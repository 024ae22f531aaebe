namespace ActorEtcd.Persistence.Journal;

/// <summary>A pending append as a task. What waits for it may take its time, so it does not go on in the writer's turn.</summary>
public sealed class PendingFlush(IWalThreads threads) : PendingAppend
{
    private readonly TaskCompletionSource _done = new();

    public PendingFlush()
        : this(WalThreads.Instance)
    {
    }

    public Task Task => _done.Task;

    protected internal override void Completed(long firstSegment, long lastSegment) => threads.Run(_done.SetResult);

    protected internal override void Failed(Exception cause) => threads.Run(() => _done.SetException(cause));
}
