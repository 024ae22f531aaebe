using ActorEtcd.Messages;

namespace ActorEtcd.Apply;

/// <summary>
/// Counts operations on the store, readable from any thread. Ranges, and transactions that only read, are counted by
/// whoever reads, the rest by the apply actor alone.
/// </summary>
public sealed class ApplyCounters
{
    private long _ranges;
    private long _puts;
    private long _deletes;
    private long _transactions;
    private long _slowBatches;
    private long _putBytes;

    public long Ranges => Volatile.Read(ref _ranges);

    public long Puts => Volatile.Read(ref _puts);

    public long Deletes => Volatile.Read(ref _deletes);

    /// <summary>Transactions of more than one operation.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Batches of entries that took longer than <see cref="ApplySettings.SlowBatch"/>.</summary>
    public long SlowBatches => Volatile.Read(ref _slowBatches);

    /// <summary>Bytes of the records that puts have made.</summary>
    public long PutBytes => Volatile.Read(ref _putBytes);

    internal void CountPutBytes(long bytes) => _putBytes += bytes;

    internal void CountRange() => Interlocked.Increment(ref _ranges);

    /// <summary>A transaction that only read, from any thread: it has no results but ranges.</summary>
    internal void CountRead(TxnResult result) => Count(result);

    internal void CountSlowBatch() => _slowBatches++;

    internal void Count(OpResult result)
    {
        if (CountOperations(result) > 1)
        {
            Interlocked.Increment(ref _transactions);
        }
    }

    private int CountOperations(OpResult result)
    {
        switch (result)
        {
            case PutResult:
                _puts++;
                return 1;
            case DeleteRangeResult:
                _deletes++;
                return 1;
            case RangeResult:
                CountRange();
                return 1;
            case TxnResult txn:
                var operations = 0;
                foreach (var response in txn.Responses)
                {
                    operations += CountOperations(response);
                }

                return operations;
            default:
                return 0;
        }
    }
}
