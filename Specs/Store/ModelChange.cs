using ActorEtcd.Store;

namespace ActorEtcd.Specs.Store;

internal sealed record ModelChange(
    Revision Revision, Bytes Key, bool Tombstone, Bytes Value, long Create, long Version, LeaseId Lease)
{
    public byte[] Encode() => Tombstone
        ? KeyValueEncoding.Encode(Key.Span, 0, 0, 0, default, LeaseId.None)
        : KeyValueEncoding.Encode(Key.Span, Create, Revision.Main, Version, Value.Span, Lease);

    public byte[] Encode(bool keysOnly) => keysOnly ? KeyValueEncoding.WithoutValue(Encode()) : Encode();
}
