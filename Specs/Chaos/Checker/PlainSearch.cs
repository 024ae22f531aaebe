namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>Tries every order, without memory: right by being simple, and only for a few calls.</summary>
internal static class PlainSearch
{
    public static bool IsLinearizable<TState, TOperation>(IModel<TState, TOperation> model, IReadOnlyList<Call<TOperation>> calls)
        where TState : notnull
        => Search(model, model.Initial, calls, [.. Enumerable.Range(0, calls.Count)]);

    private static bool Search<TState, TOperation>(
        IModel<TState, TOperation> model, TState state, IReadOnlyList<Call<TOperation>> calls, int[] left)
        where TState : notnull
    {
        if (left.All(i => !calls[i].IsKnown))
        {
            return true;
        }

        long firstEnd = left.Min(i => calls[i].End);
        return left.Where(i => calls[i].Start <= firstEnd).Any(i =>
            model.TryApply(state, calls[i].Operation, calls[i].IsKnown, out TState next)
            && Search(model, next, calls, [.. left.Where(other => other != i)]));
    }
}
