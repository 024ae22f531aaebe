namespace ActorEtcd.Specs.MultiNode;

/// <summary>What one node has to say at the end.</summary>
/// <param name="Node">Its role.</param>
/// <param name="Revision">The last revision of its store.</param>
/// <param name="HistoryHash">The running hash of all that its store was told.</param>
/// <param name="KvHash">etcd's hash over what is in it.</param>
/// <param name="Led">The terms and, as seen here, their leaders.</param>
/// <param name="Acknowledged">Puts that were acknowledged here, with their revisions.</param>
/// <param name="Unknown">Puts whose fate is not known here.</param>
/// <param name="Counted">Increments of the shared counter that were acknowledged here.</param>
/// <param name="CountUnknown">Those whose fate is not known.</param>
/// <param name="Events">Events that its watch told.</param>
/// <param name="Violations">What it saw that must not be.</param>
public sealed record NodeReport(
    string Node,
    long Revision,
    ulong HistoryHash,
    uint KvHash,
    Dictionary<long, ulong> Led,
    Dictionary<long, long> Acknowledged,
    long Unknown,
    long Counted,
    long CountUnknown,
    long Events,
    List<string> Violations);
