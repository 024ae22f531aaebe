namespace ActorEtcd.Client;

/// <summary>
/// Request ids that no other member and no earlier life of this one uses (etcd: <c>pkg/idutil</c>): two bytes of the
/// member id, then the start time in milliseconds and a counter that run over into one another.
/// </summary>
public sealed class RequestIds
{
    private const int MemberShift = 48;
    private const int CounterBits = 8;
    private readonly ulong _prefix;
    private long _suffix;

    /// <param name="member">This member.</param>
    /// <param name="startedAt">When this process began to serve, read once by whoever wires the node.</param>
    public RequestIds(MemberId member, DateTimeOffset startedAt)
    {
        _prefix = (member.Value & 0xffff) << MemberShift;
        _suffix = (startedAt.ToUnixTimeMilliseconds() & ((1L << (MemberShift - CounterBits)) - 1)) << CounterBits;
    }

    public ulong Next() => _prefix | ((ulong)Interlocked.Increment(ref _suffix) & ((1UL << MemberShift) - 1));

    /// <summary>Whether the id may have been made here; false means that another member's client waits for it.</summary>
    public bool MayBeOwn(ulong requestId) => requestId >> MemberShift == _prefix >> MemberShift;
}
