namespace ActorEtcd.Store;

/// <summary>
/// One change of one key, for watchers and leases. <paramref name="Record"/> is the stored record (of a tombstone
/// the key only); <paramref name="PreviousRecord"/> is what the key had before the revision, empty when it did not
/// exist.
/// </summary>
public readonly record struct StoreChange(
    Revision Revision,
    Bytes Key,
    ReadOnlyMemory<byte> Record,
    ReadOnlyMemory<byte> PreviousRecord,
    LeaseId PreviousLease,
    LeaseId NewLease,
    bool IsTombstone)
{
    /// <summary>Whether the change brought the key into being.</summary>
    public bool IsCreate => !IsTombstone && PreviousRecord.IsEmpty;
}
