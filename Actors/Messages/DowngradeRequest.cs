namespace ActorEtcd.Messages;

/// <summary>Begins a downgrade to the target, or ends the one under way (etcd: <c>DowngradeInfoSetRequest</c>).</summary>
/// <param name="Target">The version to go back to, in two parts; null ends the downgrade.</param>
public sealed record DowngradeRequest(Version? Target) : RaftCommand;
