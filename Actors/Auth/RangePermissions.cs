using System.Collections.Immutable;

namespace ActorEtcd.Auth;

/// <summary>
/// What a user may read or write, as ranges that neither overlap nor touch, in key order (etcd: <c>range_perm_cache.go</c>).
/// Permissions that touch cover a range together.
/// </summary>
public sealed class RangePermissions
{
    private readonly ImmutableArray<Interval> _readable;
    private readonly ImmutableArray<Interval> _writable;

    private RangePermissions(ImmutableArray<Interval> readable, ImmutableArray<Interval> writable)
    {
        _readable = readable;
        _writable = writable;
    }

    public static RangePermissions Of(IEnumerable<Permission> permissions)
    {
        var all = permissions.ToArray();
        return new RangePermissions(
            Merge(all.Where(static p => p.Type is PermissionType.Read or PermissionType.ReadWrite)),
            Merge(all.Where(static p => p.Type is PermissionType.Write or PermissionType.ReadWrite)));
    }

    public bool CanRead(Bytes key, Bytes rangeEnd) => Covers(_readable, key, rangeEnd);

    public bool CanWrite(Bytes key, Bytes rangeEnd) => Covers(_writable, key, rangeEnd);

    private static bool Covers(ImmutableArray<Interval> intervals, Bytes key, Bytes rangeEnd)
    {
        // The last interval that begins at or before the key is the only one that can hold it.
        int low = 0, high = intervals.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (intervals[middle].Begin <= key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0)
        {
            return false;
        }

        var interval = intervals[low - 1];
        if (rangeEnd.IsEmpty)
        {
            return interval.IsOpen || key < interval.End;
        }

        if (Permission.IsOpenEnded(rangeEnd))
        {
            return interval.IsOpen;
        }

        // etcd refuses an empty range that lies at the edge of a permission or outside.
        return interval.Begin < rangeEnd && (interval.IsOpen || rangeEnd <= interval.End);
    }

    private static ImmutableArray<Interval> Merge(IEnumerable<Permission> permissions)
    {
        var merged = ImmutableArray.CreateBuilder<Interval>();
        foreach (var next in permissions.Select(Interval.Of).OrderBy(static interval => interval.Begin))
        {
            if (merged.Count == 0 || !(merged[^1].IsOpen || next.Begin <= merged[^1].End))
            {
                merged.Add(next);
            }
            else if (!merged[^1].IsOpen && (next.IsOpen || next.End > merged[^1].End))
            {
                merged[^1] = merged[^1] with { End = next.End, IsOpen = next.IsOpen };
            }
        }

        return merged.DrainToImmutable();
    }

    /// <summary>Keys from the begin on, to the end that is excluded or without one.</summary>
    private readonly record struct Interval(Bytes Begin, Bytes End, bool IsOpen)
    {
        public static Interval Of(Permission permission) => permission.RangeEnd.IsEmpty
            ? new Interval(permission.Key, (byte[])[.. permission.Key.Span, 0], IsOpen: false)
            : new Interval(permission.Key, permission.RangeEnd, Permission.IsOpenEnded(permission.RangeEnd));
    }
}
