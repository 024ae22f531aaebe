namespace ActorEtcd.Messages;

/// <summary>
/// One condition of a transaction (etcd: <c>Compare</c>). <paramref name="Number"/> is the version, revision or lease
/// to compare with, <paramref name="Value"/> the value when the target is <see cref="CompareTarget.Value"/>.
/// With a range end the condition must hold for every key of the range.
/// </summary>
public sealed record Compare(
    CompareResult Result,
    CompareTarget Target,
    Bytes Key,
    long Number = 0,
    Bytes Value = default,
    Bytes RangeEnd = default);
