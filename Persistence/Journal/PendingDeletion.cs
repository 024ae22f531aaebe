namespace ActorEtcd.Persistence.Journal;

/// <summary>Deletions on their way to the device.</summary>
internal sealed class PendingDeletion(WalIndex index, IReadOnlyList<WalDeletion> deletions, IWalThreads threads) : PendingAppend
{
    private readonly TaskCompletionSource _done = new();

    public Task Task => _done.Task;

    protected internal override void Completed(long firstSegment, long lastSegment)
    {
        foreach (var deletion in deletions)
        {
            // The first of the two: a deletion must not be thought to lie later than it does.
            index.AddDeletion(deletion, firstSegment);
        }

        threads.Run(_done.SetResult);
    }

    protected internal override void Failed(Exception cause) => threads.Run(() => _done.SetException(cause));
}
