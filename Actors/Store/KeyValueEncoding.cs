namespace ActorEtcd.Store;

/// <summary>
/// Writes <c>mvccpb.KeyValue</c> with the bytes that etcd writes: fields in order of number, zero fields left out.
/// Equal bytes are what makes equal HashKV figures.
/// </summary>
public static class KeyValueEncoding
{
    internal const int KeyTag = (1 << 3) | 2;
    internal const int CreateTag = 2 << 3;
    internal const int ModTag = 3 << 3;
    internal const int VersionTag = 4 << 3;
    internal const int ValueTag = (5 << 3) | 2;
    internal const int LeaseTag = 6 << 3;

    public static int Size(int keyLength, long create, long mod, long version, int valueLength, LeaseId lease) =>
        SizeOfBytes(keyLength) + SizeOfNumber(create) + SizeOfNumber(mod) + SizeOfNumber(version)
        + SizeOfBytes(valueLength) + SizeOfNumber(lease.Value);

    /// <summary>Writes the record and returns its length.</summary>
    public static int Write(
        Span<byte> target,
        ReadOnlySpan<byte> key,
        long create,
        long mod,
        long version,
        ReadOnlySpan<byte> value,
        LeaseId lease)
    {
        var position = WriteBytes(target, KeyTag, key);
        position += WriteNumber(target[position..], CreateTag, create);
        position += WriteNumber(target[position..], ModTag, mod);
        position += WriteNumber(target[position..], VersionTag, version);
        position += WriteBytes(target[position..], ValueTag, value);
        position += WriteNumber(target[position..], LeaseTag, lease.Value);
        return position;
    }

    public static byte[] Encode(
        ReadOnlySpan<byte> key, long create, long mod, long version, ReadOnlySpan<byte> value, LeaseId lease)
    {
        var record = new byte[Size(key.Length, create, mod, version, value.Length, lease)];
        Write(record, key, create, mod, version, value, lease);
        return record;
    }

    /// <summary>What a watcher is told of a deletion: the key and the revision of the deletion.</summary>
    public static byte[] EncodeDeletion(ReadOnlySpan<byte> key, long modRevision) =>
        Encode(key, create: 0, modRevision, version: 0, value: default, LeaseId.None);

    /// <summary>The record as a request for keys only sees it.</summary>
    public static byte[] WithoutValue(ReadOnlySpan<byte> record)
    {
        var kv = KeyValue.Parse(record);
        return Encode(kv.Key, kv.CreateRevision, kv.ModRevision, kv.Version, value: default, kv.Lease);
    }

    private static int SizeOfBytes(int length) => length == 0 ? 0 : 1 + Varint.Size((ulong)length) + length;

    private static int SizeOfNumber(long value) => value == 0 ? 0 : 1 + Varint.Size(value);

    private static int WriteBytes(Span<byte> target, byte tag, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        target[0] = tag;
        var start = 1 + Varint.Write(target[1..], (ulong)bytes.Length);
        bytes.CopyTo(target[start..]);
        return start + bytes.Length;
    }

    private static int WriteNumber(Span<byte> target, byte tag, long value)
    {
        if (value == 0)
        {
            return 0;
        }

        target[0] = tag;
        return 1 + Varint.Write(target[1..], (ulong)value);
    }
}
