namespace ActorEtcd.Lease;

/// <summary>A question that is on its way to the leader.</summary>
internal sealed class AskedLeader(LeaseQuestion question, TimeSpan askAgainAt)
{
    public LeaseQuestion Question { get; } = question;

    public TimeSpan AskAgainAt { get; set; } = askAgainAt;
}
