using ActorEtcd.Messages;

namespace ActorEtcd.Specs.Store;

/// <summary>Requests over few keys, so that they meet.</summary>
internal sealed class RandomRequests(Random random, int keys = 12)
{
    public Bytes Key() => Bytes.FromUtf8($"k{random.Next(keys):d3}");

    public PutRequest Put() => new(
        Key(),
        RandomValue(),
        random.Next(4) == 0 ? new LeaseId(random.Next(1, 5)) : default,
        PrevKv: random.Next(2) == 0);

    public DeleteRangeRequest Delete()
    {
        var (key, end) = Interval();
        return random.Next(3) > 0
            ? new DeleteRangeRequest(Key(), PrevKv: random.Next(2) == 0)
            : new DeleteRangeRequest(key, end, PrevKv: random.Next(2) == 0);
    }

    public RangeRequest Range(long compact, long current)
    {
        var (key, end) = Interval();
        var isPlain = random.Next(2) == 0;
        return new RangeRequest
        {
            Key = key,
            RangeEnd = end,
            Limit = random.Next(3) == 0 ? random.Next(1, 6) : 0,
            Revision = random.Next(2) == 0 ? 0 : random.NextInt64(Math.Max(1, compact), current + 1),
            SortOrder = isPlain ? SortOrder.None : (SortOrder)random.Next(3),
            SortTarget = isPlain ? SortTarget.Key : (SortTarget)random.Next(5),
            KeysOnly = random.Next(6) == 0,
            CountOnly = random.Next(6) == 0,
            MinModRevision = isPlain ? 0 : Bound(current),
            MaxModRevision = isPlain ? 0 : Bound(current),
            MinCreateRevision = isPlain ? 0 : Bound(current),
            MaxCreateRevision = isPlain ? 0 : Bound(current),
        };
    }

    private long Bound(long current) => random.Next(4) == 0 ? random.NextInt64(1, current + 1) : 0;

    private (Bytes Key, Bytes End) Interval() => random.Next(4) switch
    {
        0 => (Key(), Bytes.Empty),
        1 => (new byte[1], new byte[1]),
        2 => (Key(), new byte[1]),
        _ => (Key(), Key()),
    };

    private Bytes RandomValue()
    {
        var value = new byte[random.Next(40)];
        random.NextBytes(value);
        return value;
    }
}
