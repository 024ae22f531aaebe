namespace ActorEtcd.Alarms;

/// <summary>A message between the actors of two members that compare what they hold.</summary>
/// <param name="ClusterId">The sender's cluster.</param>
/// <param name="Round">Chosen by the one who asks; comes back in the answer.</param>
public abstract record HashMessage(ulong ClusterId, long Round);

/// <summary>What have the entries after the first index, up to the second, written?</summary>
public sealed record AskSum(ulong ClusterId, long Round, long From, long To) : HashMessage(ClusterId, Round);

/// <summary>The sum from the asked index, or from the oldest that the answering member knows. Who is behind does not answer.</summary>
public sealed record SumTold(ulong ClusterId, long Round, MemberId Member, long From, long To, ulong Sum)
    : HashMessage(ClusterId, Round)
{
    /// <summary>What users, leases and v2 keys came to after the last entry; 0 from who does not tell, as earlier versions.</summary>
    public ulong State { get; init; }
}

/// <summary>What is the hash of all keys at this revision? (etcd: the members' <c>/members/hashkv</c>.)</summary>
public sealed record AskKeyHash(ulong ClusterId, long Round, long Revision) : HashMessage(ClusterId, Round);

/// <summary>The hash at the revision. Who is behind, or has compacted it, does not answer.</summary>
public sealed record KeyHashTold(
    ulong ClusterId, long Round, MemberId Member, long Revision, long CompactRevision, uint Hash)
    : HashMessage(ClusterId, Round);
