namespace ActorEtcd.Store;

/// <summary>
/// Asks for the stored records between two revisions, neither included, in order; as many as fit the length, and at least one
/// if there is any. Answered with <see cref="RecordsRead"/>.
/// </summary>
public sealed record ReadRecords(long Transfer, Revision After, Revision Before, int Length) : SegmentMessage(Transfer);
