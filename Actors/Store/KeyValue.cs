namespace ActorEtcd.Store;

/// <summary>
/// An encoded <c>mvccpb.KeyValue</c> read in place. The spans point into the record, so the record's memory must
/// stay referenced while they are used.
/// </summary>
public readonly ref struct KeyValue
{
    private KeyValue(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long create, long mod, long version, long lease)
    {
        Key = key;
        Value = value;
        CreateRevision = create;
        ModRevision = mod;
        Version = version;
        Lease = new LeaseId(lease);
    }

    public ReadOnlySpan<byte> Key { get; }

    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The main revision at which the key last came into being; 0 in a tombstone.</summary>
    public long CreateRevision { get; }

    /// <summary>The main revision of this change; 0 in a tombstone.</summary>
    public long ModRevision { get; }

    /// <summary>The number of changes since creation, counting it; 0 in a tombstone.</summary>
    public long Version { get; }

    public LeaseId Lease { get; }

    /// <summary>Reads a record; throws <see cref="InvalidDataException"/> when it is not one.</summary>
    public static KeyValue Parse(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> key = default, value = default;
        long create = 0, mod = 0, version = 0, lease = 0;
        var rest = record;
        while (!rest.IsEmpty)
        {
            var tag = Varint.Read(ref rest);
            switch (tag)
            {
                case KeyValueEncoding.KeyTag: key = ReadBytes(ref rest); break;
                case KeyValueEncoding.CreateTag: create = (long)Varint.Read(ref rest); break;
                case KeyValueEncoding.ModTag: mod = (long)Varint.Read(ref rest); break;
                case KeyValueEncoding.VersionTag: version = (long)Varint.Read(ref rest); break;
                case KeyValueEncoding.ValueTag: value = ReadBytes(ref rest); break;
                case KeyValueEncoding.LeaseTag: lease = (long)Varint.Read(ref rest); break;
                default: throw new InvalidDataException($"unexpected tag {tag} in a key-value record");
            }
        }

        return new KeyValue(key, value, create, mod, version, lease);
    }

    /// <summary>The key alone, which is always the first field.</summary>
    public static ReadOnlySpan<byte> ParseKey(ReadOnlySpan<byte> record)
    {
        var rest = record;
        if (Varint.Read(ref rest) != KeyValueEncoding.KeyTag)
        {
            throw new InvalidDataException("a key-value record does not begin with its key");
        }

        return ReadBytes(ref rest);
    }

    private static ReadOnlySpan<byte> ReadBytes(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = Varint.Read(ref rest);
        if (length > (ulong)rest.Length)
        {
            throw new InvalidDataException($"a field of {length} bytes in the last {rest.Length} of a record");
        }

        var bytes = rest[..(int)length];
        rest = rest[(int)length..];
        return bytes;
    }
}
