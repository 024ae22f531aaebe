using ActorEtcd.Messages;

namespace ActorEtcd.Store;

/// <summary>The conditions of transactions.</summary>
internal static class CompareEvaluation
{
    /// <summary>
    /// Whether the condition holds for all keys of its range. Without a key it is asked of a key with zeros
    /// everywhere, except that no value equals that of a missing key.
    /// </summary>
    public static bool Holds(TreeNode root, Compare compare)
    {
        var visitor = new Visitor { Compare = compare, Holds = true };
        KeyTree.Visit(root, new KeyRange(compare.Key, compare.RangeEnd), ref visitor);
        return visitor.IsAnyLive
            ? visitor.Holds
            : compare.Target != CompareTarget.Value && HoldsFor(compare, default);
    }

    private static bool HoldsFor(Compare compare, KeyValue kv)
    {
        var order = compare.Target switch
        {
            CompareTarget.Value => kv.Value.SequenceCompareTo(compare.Value.Span),
            CompareTarget.Create => kv.CreateRevision.CompareTo(compare.Number),
            CompareTarget.Mod => kv.ModRevision.CompareTo(compare.Number),
            CompareTarget.Version => kv.Version.CompareTo(compare.Number),
            CompareTarget.Lease => kv.Lease.Value.CompareTo(compare.Number),
            _ => 0,
        };
        return compare.Result switch
        {
            CompareResult.Equal => order == 0,
            CompareResult.NotEqual => order != 0,
            CompareResult.Greater => order > 0,
            CompareResult.Less => order < 0,
            _ => true,
        };
    }

    private struct Visitor : IKeyVisitor
    {
        public Compare Compare;
        public bool Holds;
        public bool IsAnyLive;

        public bool Visit(Bytes key, RevisionNode head)
        {
            if (head.IsTombstone)
            {
                return true;
            }

            IsAnyLive = true;
            Holds = HoldsFor(Compare, KeyValue.Parse(head.Record().Span));
            return Holds;
        }
    }
}
