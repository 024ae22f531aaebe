namespace ActorEtcd.Host.Http;

/// <summary>What the plain HTTP endpoints ask the server. Implemented by whoever wires the actors to the front door.</summary>
public interface IServerInfo
{
    string ServerVersion { get; }

    /// <summary>Null until the cluster has agreed on one.</summary>
    string? ClusterVersion { get; }

    /// <summary>etcd 3.6 and later tell it; null leaves it out.</summary>
    string? StorageVersion { get; }

    bool HasLeader { get; }

    bool IsLearner { get; }

    /// <summary>The names of the active alarms: NOSPACE, CORRUPT.</summary>
    IReadOnlyCollection<string> Alarms { get; }

    /// <summary>Reads one key as a client would. Null when that works, otherwise the error's text.</summary>
    ValueTask<string?> TryReadAsync(bool serializable, CancellationToken cancellationToken);
}
