using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Messages;

namespace ActorEtcd.Host.Services;

/// <summary>What the plain HTTP endpoints ask, answered from the node.</summary>
public sealed class NodeInfo(EtcdNode node, string version) : IServerInfo
{
    private static readonly RangeRequest ProbeRequest = new() { Key = Bytes.FromUtf8("health"), Limit = 1 };

    public string ServerVersion { get; } = version;

    public string? ClusterVersion => VersionTexts.ClusterOf(node);

    public string? StorageVersion => VersionTexts.StorageOf(node);

    public bool HasLeader => !node.Status.Leader.IsNone;

    public bool IsLearner => node.Members.Find(node.Settings.Raft.Id)?.IsLearner ?? false;

    public IReadOnlyCollection<string> Alarms
        =>
        [
            .. node.Alarms.Select(static alarm => alarm.Alarm == AlarmType.NoSpace ? "NOSPACE" : "CORRUPT"),
            .. node.Settings.Apply.Space.IsFull ? ["NOSPACE"] : Array.Empty<string>(),
        ];

    public async ValueTask<string?> TryReadAsync(bool serializable, CancellationToken cancellationToken)
    {
        try
        {
            await node.RangeAsync(ProbeRequest with { Serializable = serializable }, Credentials.Internal);
            return null;
        }
        catch (EtcdException refusal)
        {
            return EtcdErrors.Of(refusal.Error).Message;
        }
    }
}
