namespace ActorEtcd.Host.Import;

/// <summary>What a new data directory holds, for the operator.</summary>
public sealed record ImportResult(
    string DataDirectory, ulong ClusterId, MemberId MemberId, string Name, long Revision, long CompactRevision, int Keys, long Index);
