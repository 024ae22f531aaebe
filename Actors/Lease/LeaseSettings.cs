namespace ActorEtcd.Lease;

/// <summary>Times and limits of the lease actor.</summary>
/// <param name="Member">This member.</param>
/// <param name="ElectionTimeout">
/// A new leader gives every lease this much more, since clients could not renew while there was no leader.
/// </param>
/// <param name="RequestTimeout">How long a client's question waits for a leader.</param>
public sealed record LeaseSettings(MemberId Member, TimeSpan ElectionTimeout, TimeSpan RequestTimeout)
{
    public ILeaseObserver Observer { get; init; } = SilentLeaseObserver.Instance;

    /// <summary>
    /// The shortest time to live in seconds: one and a half election timeouts, both counted in whole heartbeats as etcd does,
    /// so that a lease outlives an election.
    /// </summary>
    public static long TtlSecondsMin(TimeSpan heartbeatInterval, TimeSpan electionTimeout)
    {
        var ticks = (long)electionTimeout.TotalMilliseconds / (long)heartbeatInterval.TotalMilliseconds;
        return (long)Math.Ceiling((3 * ticks / 2 * heartbeatInterval).TotalSeconds);
    }

    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Revokes of expired leases that are proposed and not yet applied, so that a storm of expiries goes as fast as the log
    /// does and leaves room in it for requests.
    /// </summary>
    public const int RevokesInFlightMax = 1000;

    /// <summary>Revokes proposed per tick whatever is on its way, since that may be lost.</summary>
    public const int RevokesPerTickMin = 100;

    /// <summary>Lets a revoke that was lost with its leader be proposed again.</summary>
    public static readonly TimeSpan RevokeRetryInterval = TimeSpan.FromSeconds(3);

    /// <summary>A lease whose remaining time shrank by this much since it was last recorded is recorded again.</summary>
    public static readonly TimeSpan CheckpointStepMin = TimeSpan.FromSeconds(10);

    /// <summary>For long leases the step is this fraction of the granted time.</summary>
    public const int CheckpointStepsMax = 20;

    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(5);

    /// <summary>Checkpoints in one log entry.</summary>
    public const int CheckpointsPerEntryMax = 1000;

    /// <summary>Lets a question that was lost on the way to the leader be asked again.</summary>
    public static readonly TimeSpan AskRetryInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Questions that wait, for a leader or for its answer; more are refused.</summary>
    public const int WaitingMax = 100_000;
}
