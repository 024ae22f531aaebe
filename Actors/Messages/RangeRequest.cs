namespace ActorEtcd.Messages;

/// <summary>Reads keys (etcd: <c>RangeRequest</c>). An empty range end means the one key; "\0" means to the end.</summary>
public sealed record RangeRequest : RequestOp
{
    public required Bytes Key { get; init; }

    public Bytes RangeEnd { get; init; }

    /// <summary>The most keys to return; 0 or less for all.</summary>
    public long Limit { get; init; }

    /// <summary>The main revision to read at; 0 or less for the newest.</summary>
    public long Revision { get; init; }

    public SortOrder SortOrder { get; init; }

    public SortTarget SortTarget { get; init; }

    public bool Serializable { get; init; }

    public bool KeysOnly { get; init; }

    public bool CountOnly { get; init; }

    public long MinModRevision { get; init; }

    public long MaxModRevision { get; init; }

    public long MinCreateRevision { get; init; }

    public long MaxCreateRevision { get; init; }
}
