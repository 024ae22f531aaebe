namespace ActorEtcd.Messages;

/// <summary>A request to the v2 store, as it travels through the log (etcd: <c>etcdserverpb.Request</c>).</summary>
/// <param name="Method">POST, PUT, DELETE, or SYNC for the leader's clock.</param>
/// <param name="Path">Absolute and clean, of the store and not of the API.</param>
public sealed record V2Request(string Method, string Path) : RaftCommand
{
    public const string Post = "POST";
    public const string Put = "PUT";
    public const string Delete = "DELETE";
    public const string QuorumGet = "QGET";
    public const string Sync = "SYNC";

    public string Value { get; init; } = string.Empty;

    public bool IsDirectory { get; init; }

    /// <summary>The value that must be there; empty for any.</summary>
    public string PrevValue { get; init; } = string.Empty;

    /// <summary>The modified index that must be there; 0 for any.</summary>
    public ulong PrevIndex { get; init; }

    /// <summary>Whether the node must be there, or must not; null when it does not matter.</summary>
    public bool? PrevExist { get; init; }

    /// <summary>Unix nanoseconds after which the node goes; 0 for never.</summary>
    public long ExpiresAt { get; init; }

    public bool IsRecursive { get; init; }

    public bool IsSorted { get; init; }

    /// <summary>
    /// Unix nanoseconds when the request was made, from which times to live in its answer are counted, so that they are the
    /// same on every member. In a SYNC: what is past then goes.
    /// </summary>
    public long Time { get; init; }

    /// <summary>Whether only the time to live changes; null when it was not said.</summary>
    public bool? Refresh { get; init; }
}
