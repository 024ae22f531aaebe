using System.Collections.Immutable;
using ActorEtcd.Store;
using ActorEtcd.Wire;

namespace ActorEtcd.Watch;

/// <summary>Builds events from records and cuts large responses.</summary>
public static class WatchEvents
{
    public static WatchEvent Of(StoreChange change) => new(
        change.Revision.Main,
        change.IsTombstone,
        change.Key,
        change.IsTombstone ? DeletedKv(change.Key, change.Revision.Main) : change.Record,
        change.PreviousRecord);

    /// <summary>An event out of history; the record before it is looked up only when it is wanted and still there.</summary>
    public static WatchEvent Of(StoreView view, StoreRecord record, bool withPrevKv)
    {
        Bytes key = record.Key.ToArray();
        var revision = record.Revision.Main;
        var kv = record.IsTombstone ? DeletedKv(key, revision) : record.Record;
        // The record before a change at the compact revision is gone, or may be any moment: etcd sends none either. Nor
        // does it for a put that brings the key into being, although the same revision may have deleted it.
        var hasPrevKv = withPrevKv && revision > view.CompactRevision
            && (record.IsTombstone || KeyValue.Parse(kv.Span).CreateRevision != revision);
        var prevKv = hasPrevKv && view.TryGet(key, revision - 1, out var previous) ? previous : default;
        return new WatchEvent(revision, record.IsTombstone, key, kv, prevKv);
    }

    /// <summary>
    /// Cuts a response into fragments of at most <paramref name="bytesMax"/> bytes each, but for single events that are
    /// larger; all but the last say that more follows (etcd: <c>sendFragments</c> in <c>v3rpc/watch.go</c>).
    /// </summary>
    public static IEnumerable<WatchUpdate> Fragments(WatchUpdate update, long bytesMax)
    {
        var start = 0;
        while (start < update.Events.Length)
        {
            var end = start + 1;
            var size = (long)update.SizeOf(update.Events[start]);
            while (end < update.Events.Length && size + update.SizeOf(update.Events[end]) <= bytesMax)
            {
                size += update.SizeOf(update.Events[end]);
                end++;
            }

            var events = ImmutableArray.Create(update.Events, start, end - start);
            yield return update with { Events = events, Fragment = end < update.Events.Length };
            start = end;
        }
    }

    // What etcd tells of a deleted key: the key and the revision that deleted it.
    private static byte[] DeletedKv(Bytes key, long revision)
    {
        const int KeyField = 1;
        const int ModRevisionField = 3;
        var bytes = new byte[ProtoSize.Bytes(KeyField, key.Span) + ProtoSize.Int64(ModRevisionField, revision)];
        var writer = new ProtoWriter(bytes);
        writer.Bytes(KeyField, key.Span);
        writer.Int64(ModRevisionField, revision);
        return bytes;
    }
}
