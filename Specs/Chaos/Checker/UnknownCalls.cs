namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>
/// The calls of unknown outcome, like ones together. They never end, so of like ones only the number that was taken
/// matters: a point of the search with fewer taken can do all that one with more can.
/// </summary>
internal sealed class UnknownCalls<TOperation>
    where TOperation : notnull
{
    private readonly int[][] _kinds;
    private readonly long[][] _starts;
    private readonly int[] _taken;

    public UnknownCalls(IReadOnlyList<Call<TOperation>> calls)
    {
        _kinds =
        [
            .. Enumerable.Range(0, calls.Count)
                .Where(i => !calls[i].IsKnown)
                .GroupBy(i => calls[i].Operation)
                .Select(like => like.OrderBy(i => calls[i].Start).ToArray()),
        ];
        _starts = [.. _kinds.Select(like => like.Select(i => calls[i].Start).ToArray())];
        _taken = new int[_kinds.Length];
    }

    public int Kinds => _kinds.Length;

    /// <summary>How many of each kind are taken.</summary>
    public int[] Taken => [.. _taken];

    /// <summary>The next of the kind as a position in the history, when one began by the given time; otherwise -1.</summary>
    public int Available(int kind, long time) =>
        _taken[kind] < _starts[kind].Length && _starts[kind][_taken[kind]] <= time ? _kinds[kind][_taken[kind]] : -1;

    public void Take(int kind) => _taken[kind]++;

    public void PutBack(int kind) => _taken[kind]--;
}
