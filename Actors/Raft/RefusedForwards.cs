namespace ActorEtcd.Raft;

/// <summary>
/// Which batches of forwarded proposals were told to be refused, so that a refusal that comes twice does not let its proposals
/// be made twice. Only the newest are remembered one by one; of older ones nothing is believed any more.
/// </summary>
public sealed class RefusedForwards
{
    /// <summary>How many are remembered one by one.</summary>
    public const int Capacity = 1024;

    private readonly SortedSet<long> _recent = [];
    private long _forgotten;

    /// <summary>Takes note of a refusal; false if it may have been told before.</summary>
    public bool TryTake(long sequence)
    {
        if (sequence <= _forgotten || !_recent.Add(sequence))
        {
            return false;
        }

        if (_recent.Count > Capacity)
        {
            _forgotten = _recent.Min;
            _recent.Remove(_forgotten);
        }

        return true;
    }
}
