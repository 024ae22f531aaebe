namespace ActorEtcd.Persistence.DataDir;

/// <summary>Whose data a data directory holds. Written once, when the member first starts.</summary>
public sealed record DataDirMetadata(ulong ClusterId, ulong MemberId, string Name);
