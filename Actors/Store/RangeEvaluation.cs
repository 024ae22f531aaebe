using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>
/// Answers a range request from a root of the key index, in etcd's order: find, filter, sort, cut to the limit.
/// The count is of the range and knows neither filters nor limit.
/// </summary>
internal static class RangeEvaluation
{
    /// <param name="root">The key index; holds no change after <paramref name="currentRevision"/>.</param>
    /// <param name="request">The request, validated.</param>
    /// <param name="currentRevision">The newest revision that the reader may see.</param>
    /// <param name="compactRevision">Revisions below it are refused.</param>
    public static RangeResult Run(TreeNode root, RangeRequest request, long currentRevision, long compactRevision)
    {
        if (request.Revision > currentRevision)
        {
            throw new EtcdException(EtcdError.FutureRev);
        }

        var revision = request.Revision <= 0 ? currentRevision : request.Revision;
        if (revision < compactRevision)
        {
            throw new EtcdException(EtcdError.Compacted);
        }

        var range = new KeyRange(request.Key, request.RangeEnd);
        var isLatest = revision == currentRevision;
        if (request.CountOnly)
        {
            return new RangeResult(currentRevision, [], More: false, Count(root, range, revision, isLatest));
        }

        var selects = SelectsAfterwards(request);
        if (range.IsSingle && !selects)
        {
            return One(root, request, revision, currentRevision);
        }

        var collector = new Collector
        {
            Nodes = new List<RevisionNode>(range.IsSingle ? 1 : 16),
            Revision = revision,
            Limit = CollectionLimit(request, selects),
            CountsAll = !isLatest && !range.IsSingle,
        };
        KeyTree.Visit(root, range, ref collector);
        var nodes = collector.Nodes;
        var count = !isLatest || range.IsSingle || !collector.IsCut
            ? collector.Count
            : KeyTree.CountLive(root, range);
        var more = collector.IsCut;
        if (selects)
        {
            nodes = RangeSelection.FilterAndSort(nodes, request);
            if (request.Limit > 0 && nodes.Count > request.Limit)
            {
                nodes.RemoveRange((int)request.Limit, nodes.Count - (int)request.Limit);
                more = true;
            }
        }

        return new RangeResult(currentRevision, Records(nodes, request.KeysOnly), more, count);
    }

    public static long Count(TreeNode root, KeyRange range, long revision, bool isLatest)
    {
        if (isLatest)
        {
            return KeyTree.CountLive(root, range);
        }

        var counter = new Counter { Revision = revision };
        KeyTree.Visit(root, range, ref counter);
        return counter.Count;
    }

    private static RangeResult One(TreeNode root, RangeRequest request, long revision, long currentRevision)
    {
        if (KeyTree.Find(root, request.Key.Span)?.At(revision) is not { IsTombstone: false } node)
        {
            return new RangeResult(currentRevision, [], More: false, Count: 0);
        }

        var record = node.Record();
        var kv = request.KeysOnly ? KeyValueEncoding.WithoutValue(record.Span) : record;
        return new RangeResult(currentRevision, [kv], More: false, Count: 1);
    }

    private static bool SelectsAfterwards(RangeRequest request) =>
        request.SortOrder != SortOrder.None || request.SortTarget != SortTarget.Key || HasFilters(request);

    /// <summary>
    /// How many keys to find. As in etcd a target without an order sorts only the first keys of the range, one more than
    /// the limit; with an order, or with filters, all keys are found, and the limit cuts what is left of them.
    /// </summary>
    private static long CollectionLimit(RangeRequest request, bool selects)
    {
        if (request.Limit <= 0 || request.SortOrder != SortOrder.None || HasFilters(request))
        {
            return long.MaxValue;
        }

        return selects && request.Limit < long.MaxValue ? request.Limit + 1 : request.Limit;
    }

    private static bool HasFilters(RangeRequest request) =>
        request.MinModRevision != 0 || request.MaxModRevision != 0
        || request.MinCreateRevision != 0 || request.MaxCreateRevision != 0;

    private static ImmutableArray<ReadOnlyMemory<byte>> Records(List<RevisionNode> nodes, bool keysOnly)
    {
        if (nodes.Count == 0)
        {
            return [];
        }

        var records = new ReadOnlyMemory<byte>[nodes.Count];
        for (var index = 0; index < records.Length; index++)
        {
            var record = nodes[index].Record();
            records[index] = keysOnly ? KeyValueEncoding.WithoutValue(record.Span) : record;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(records);
    }

    private struct Counter : IKeyVisitor
    {
        public long Revision;
        public long Count;

        public bool Visit(Bytes key, RevisionNode head)
        {
            Count += head.At(Revision) is { IsTombstone: false } ? 1 : 0;
            return true;
        }
    }

    private struct Collector : IKeyVisitor
    {
        public List<RevisionNode> Nodes;
        public long Revision;
        public long Limit;
        public long Count;

        /// <summary>Whether to go on counting when the limit is reached.</summary>
        public bool CountsAll;

        /// <summary>Whether there are keys beyond the limit.</summary>
        public bool IsCut;

        public bool Visit(Bytes key, RevisionNode head)
        {
            if (head.At(Revision) is not { IsTombstone: false } node)
            {
                return true;
            }

            Count++;
            if (Nodes.Count < Limit)
            {
                Nodes.Add(node);
                return true;
            }

            IsCut = true;
            return CountsAll;
        }
    }
}
