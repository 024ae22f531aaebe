namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>Lists that only grow, under transactions over several of them.</summary>
internal sealed class ListModel : IModel<ListState, ListTransaction>
{
    public ListState Initial => ListState.Empty;

    public bool ChangesNothing(ListTransaction operation) => operation.Appends.IsEmpty;

    public bool TryApply(ListState state, ListTransaction operation, bool isKnown, out ListState next)
    {
        // What a transaction read is known even when its commit is not: it committed only if that still held.
        next = state;
        if (operation.Reads.Any(read => state[read.List] != read.Found))
        {
            return !isKnown;
        }

        next = operation.Appends.Aggregate(state, (lists, append) => lists.With(append.List, append.Element));
        return true;
    }
}
