using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>The filters and sorts of a range request. Equal elements stay in the order of their keys.</summary>
internal static class RangeSelection
{
    /// <summary>The nodes that pass the filters, in the order asked for. They come ordered by key.</summary>
    public static List<RevisionNode> FilterAndSort(List<RevisionNode> nodes, RangeRequest request)
    {
        nodes.RemoveAll(node => !Passes(node, request));
        return (request.SortTarget, request.SortOrder) switch
        {
            (SortTarget.Key, SortOrder.None or SortOrder.Ascend) => nodes,
            (SortTarget.Key, _) => Reversed(nodes),
            (SortTarget.Value, _) => SortedByValue(nodes, request.SortOrder == SortOrder.Descend),
            _ => SortedByNumber(nodes, request.SortTarget, request.SortOrder == SortOrder.Descend),
        };
    }

    private static bool Passes(RevisionNode node, RangeRequest request)
    {
        if ((request.MaxModRevision != 0 && node.Main > request.MaxModRevision)
            || (request.MinModRevision != 0 && node.Main < request.MinModRevision))
        {
            return false;
        }

        if (request.MaxCreateRevision == 0 && request.MinCreateRevision == 0)
        {
            return true;
        }

        var create = KeyValue.Parse(node.Record().Span).CreateRevision;
        return (request.MaxCreateRevision == 0 || create <= request.MaxCreateRevision)
            && (request.MinCreateRevision == 0 || create >= request.MinCreateRevision);
    }

    private static List<RevisionNode> Reversed(List<RevisionNode> nodes)
    {
        nodes.Reverse();
        return nodes;
    }

    private static List<RevisionNode> SortedByNumber(List<RevisionNode> nodes, SortTarget target, bool descending)
    {
        var order = new (long Number, int Index)[nodes.Count];
        for (var index = 0; index < order.Length; index++)
        {
            var number = NumberOf(nodes[index], target);
            order[index] = (number, index);
        }

        Array.Sort(order, (left, right) =>
        {
            var numbers = descending ? right.Number.CompareTo(left.Number) : left.Number.CompareTo(right.Number);
            return numbers != 0 ? numbers : left.Index.CompareTo(right.Index);
        });
        return [.. order.Select(entry => nodes[entry.Index])];
    }

    private static long NumberOf(RevisionNode node, SortTarget target)
    {
        if (target == SortTarget.Mod)
        {
            return node.Main;
        }

        var kv = KeyValue.Parse(node.Record().Span);
        return target == SortTarget.Version ? kv.Version : kv.CreateRevision;
    }

    private static List<RevisionNode> SortedByValue(List<RevisionNode> nodes, bool descending)
    {
        var records = nodes.ConvertAll(node => node.Record());
        var order = Enumerable.Range(0, nodes.Count).ToArray();
        Array.Sort(order, (left, right) =>
        {
            var values = KeyValue.Parse(records[left].Span).Value
                .SequenceCompareTo(KeyValue.Parse(records[right].Span).Value);
            values = descending ? -values : values;
            return values != 0 ? values : left.CompareTo(right);
        });
        return [.. order.Select(index => nodes[index])];
    }
}
