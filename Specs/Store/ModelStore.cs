using System.Buffers.Binary;
using ActorEtcd.Messages;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.Store;

/// <summary>
/// A store as simple as can be: the list of all changes ever, and every answer by going through it. It forgets
/// nothing on compaction.
/// </summary>
internal sealed class ModelStore
{
    private int _sub;

    public List<ModelChange> Changes { get; } = [];

    public long Revision { get; private set; } = 1;

    public long CompactRevision { get; set; } = -1;

    public long Visible => _sub > 0 ? Revision + 1 : Revision;

    public void End()
    {
        Revision = Visible;
        _sub = 0;
    }

    /// <summary>Goes back to where a recovered store stands.</summary>
    public void Rewind(long revision)
    {
        Changes.RemoveAll(change => change.Revision.Main > revision);
        Revision = revision;
    }

    public void Put(PutRequest put)
    {
        var previous = At(put.Key, Visible);
        Changes.Add(new ModelChange(
            new Revision(Revision + 1, _sub++),
            put.Key,
            Tombstone: false,
            put.IgnoreValue ? previous!.Value : put.Value,
            previous?.Create ?? Revision + 1,
            (previous?.Version ?? 0) + 1,
            put.IgnoreLease ? previous!.Lease : put.Lease));
    }

    public int Delete(DeleteRangeRequest delete)
    {
        var doomed = Range(delete.Key, delete.RangeEnd, Visible).ToList();
        foreach (var change in doomed)
        {
            Changes.Add(new ModelChange(
                new Revision(Revision + 1, _sub++), change.Key, Tombstone: true, Bytes.Empty, 0, 0, LeaseId.None));
        }

        return doomed.Count;
    }

    public ModelChange? At(Bytes key, long revision)
    {
        var last = Changes.LastOrDefault(change => change.Key == key && change.Revision.Main <= revision);
        return last is { Tombstone: false } ? last : null;
    }

    public IEnumerable<ModelChange> Range(Bytes key, Bytes end, long revision)
    {
        var newest = new SortedDictionary<Bytes, ModelChange>();
        foreach (var change in Changes.Where(change => change.Revision.Main <= revision))
        {
            if (new KeyRange(key, end).Contains(change.Key.Span))
            {
                newest[change.Key] = change;
            }
        }

        return newest.Values.Where(change => !change.Tombstone);
    }

    /// <summary>etcd's range, step by step.</summary>
    public (List<ModelChange> Kvs, bool More, long Count) Range(RangeRequest request, long visible)
    {
        var all = Range(request.Key, request.RangeEnd, request.Revision <= 0 ? visible : request.Revision).ToList();
        if (request.CountOnly)
        {
            return ([], false, all.Count);
        }

        var isFiltered = request.MinModRevision != 0 || request.MaxModRevision != 0
            || request.MinCreateRevision != 0 || request.MaxCreateRevision != 0;
        var fetchesAll = request.Limit <= 0 || request.SortOrder != SortOrder.None || isFiltered;
        var kvs = all.Take(fetchesAll ? int.MaxValue : (int)request.Limit + 1).Where(kv =>
            (request.MaxModRevision == 0 || kv.Revision.Main <= request.MaxModRevision)
            && (request.MinModRevision == 0 || kv.Revision.Main >= request.MinModRevision)
            && (request.MaxCreateRevision == 0 || kv.Create <= request.MaxCreateRevision)
            && (request.MinCreateRevision == 0 || kv.Create >= request.MinCreateRevision));
        kvs = request.SortTarget switch
        {
            SortTarget.Key => Sorted(kvs, request.SortOrder, kv => kv.Key),
            SortTarget.Version => Sorted(kvs, request.SortOrder, kv => kv.Version),
            SortTarget.Create => Sorted(kvs, request.SortOrder, kv => kv.Create),
            SortTarget.Mod => Sorted(kvs, request.SortOrder, kv => kv.Revision.Main),
            _ => Sorted(kvs, request.SortOrder, kv => kv.Value),
        };
        var list = kvs.ToList();
        var more = request.Limit > 0 && list.Count > request.Limit;
        return (more ? list[..(int)request.Limit] : list, more, all.Count);
    }

    /// <summary>etcd's HashKV, over what a finished compaction leaves in the bucket.</summary>
    public uint HashKv(long revision)
    {
        var survivors = Survivors(CompactRevision);
        var keep = Survivors(revision);
        var crc = Crc32C.Compute("key"u8);
        foreach (var change in Changes.Where(change => change.Revision.Main <= revision))
        {
            var isOld = change.Revision.Main <= CompactRevision;
            if (isOld && (!survivors.Contains(change.Revision)
                || (keep.Count > 0 && !keep.Contains(change.Revision))))
            {
                continue;
            }

            var key = new byte[change.Tombstone ? 18 : 17];
            BinaryPrimitives.WriteInt64BigEndian(key, change.Revision.Main);
            key[8] = (byte)'_';
            BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(9), change.Revision.Sub);
            if (change.Tombstone)
            {
                key[17] = (byte)'t';
            }

            crc = Crc32C.Append(Crc32C.Append(crc, key), change.Encode());
        }

        return crc;
    }

    private HashSet<Revision> Survivors(long revision) =>
        Range(new byte[1], new byte[1], revision).Select(change => change.Revision).ToHashSet();

    private static IEnumerable<ModelChange> Sorted<T>(
        IEnumerable<ModelChange> kvs, SortOrder order, Func<ModelChange, T> by) =>
        order == SortOrder.Descend ? kvs.OrderByDescending(by) : kvs.OrderBy(by);
}
