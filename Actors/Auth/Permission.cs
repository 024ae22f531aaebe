namespace ActorEtcd.Auth;

/// <summary>
/// What a role may do with a range of keys. An empty end means the one key, an end of one zero byte all keys from the
/// first on.
/// </summary>
public sealed record Permission(PermissionType Type, Bytes Key, Bytes RangeEnd)
{
    /// <summary>What the root role is said to allow, whatever it was granted.</summary>
    public static readonly Permission Everything = new(PermissionType.ReadWrite, default, new byte[1]);

    /// <summary>Whether the end is that of a range without an end.</summary>
    public static bool IsOpenEnded(Bytes rangeEnd) => rangeEnd.Length == 1 && rangeEnd.Span[0] == 0;

    /// <summary>Whether a role can be granted the range: one key, or a range that is not empty.</summary>
    public static bool IsValidRange(Bytes key, Bytes rangeEnd)
        => !key.IsEmpty && (rangeEnd.IsEmpty || key < rangeEnd || IsOpenEnded(rangeEnd));
}
