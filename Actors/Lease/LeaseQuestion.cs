using ActorEtcd.Client;

namespace ActorEtcd.Lease;

/// <summary>What somebody wants to know of a lease. Compared by reference: two clients may ask the same.</summary>
internal sealed class LeaseQuestion(LeaseId id, bool isRenewal, Pending<LeaseTtl> reply, TimeSpan deadline)
{
    public LeaseId Id { get; } = id;

    public bool IsRenewal { get; } = isRenewal;

    public Pending<LeaseTtl> Reply { get; } = reply;

    /// <summary>On the scheduler's monotonic clock.</summary>
    public TimeSpan Deadline { get; } = deadline;
}
