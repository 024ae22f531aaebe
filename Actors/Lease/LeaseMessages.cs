using System.Collections.Immutable;
using ActorEtcd.Client;

namespace ActorEtcd.Lease;

/// <summary>A change of the lease table, told to the lease actor in the order of the log.</summary>
public abstract record LeaseChange(LeaseId Id)
{
    public sealed record Granted(LeaseRecord Record) : LeaseChange(Record.Id);

    public sealed record Removed(LeaseId Id) : LeaseChange(Id);

    public sealed record Checkpointed(LeaseId Id, long RemainingTtlSeconds) : LeaseChange(Id);
}

/// <summary>Apply actor to lease actor: what a batch changed.</summary>
public sealed record LeasesChanged(ImmutableArray<LeaseChange> Changes);

/// <summary>Apply actor to lease actor: the leases as they are now, in place of what it knew.</summary>
public sealed record LeasesRestored(ImmutableArray<LeaseRecord> Leases);

/// <summary>The remaining and the granted time to live in seconds; remaining is -1 when there is no such lease.</summary>
public readonly record struct LeaseTtl(long RemainingSeconds, long GrantedSeconds)
{
    public static readonly LeaseTtl NotFound = new(-1, 0);
}

/// <summary>Edge to lease actor: renew; answered with the time to live, 0 when there is no such lease.</summary>
public sealed record RenewLease(LeaseId Id, Pending<LeaseTtl> Reply) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Reply.TryFail(error);
}

/// <summary>Edge to lease actor: how long has it left?</summary>
public sealed record QueryLease(LeaseId Id, Pending<LeaseTtl> Reply) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Reply.TryFail(error);
}

/// <summary>A message between the lease actors of two members.</summary>
public abstract record LeasePeerMessage(long Correlation);

/// <summary>Follower to leader, on behalf of a client.</summary>
public sealed record AskLeader(long Correlation, LeaseId Id, bool Renew) : LeasePeerMessage(Correlation);

/// <summary>Leader to follower.</summary>
public sealed record LeaderAnswered(long Correlation, LeaseTtl Ttl) : LeasePeerMessage(Correlation);

/// <summary>The asked member does not lead; the asker tries again when it knows who does.</summary>
public sealed record LeaderIsElsewhere(long Correlation) : LeasePeerMessage(Correlation);
