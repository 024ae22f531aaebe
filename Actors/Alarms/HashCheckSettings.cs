namespace ActorEtcd.Alarms;

/// <summary>How a member compares what it holds with the others.</summary>
public sealed record HashCheckSettings
{
    /// <summary>Time between two comparisons of what the newest entries have written.</summary>
    public TimeSpan SumInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two comparisons of all keys (etcd: <c>--corrupt-check-time</c>); zero for none.</summary>
    public TimeSpan CheckTime { get; init; }

    /// <summary>Time between two comparisons of what was compacted (etcd: <c>--compact-hash-check-time</c>); zero for none.</summary>
    public TimeSpan CompactionCheckTime { get; init; }

    /// <summary>Compare all keys before serving (etcd's feature InitialCorruptCheck).</summary>
    public bool CheckAtStart { get; init; }

    /// <summary>How long the others may take to answer; who has not answered by then is left out.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(5);
}
