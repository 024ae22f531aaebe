namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>
/// Uses that every value is written once. A write of unknown outcome whose value somebody saw did happen, and before the
/// end of the call that saw it; one that nobody saw explains nothing and is left out. What stays unknown are deletions.
/// Without this a long run's unknown writes, any subset of which may have happened, keep the search from ending.
/// </summary>
internal static class Observations
{
    public static List<Call<RegisterOperation>> Settle(IReadOnlyList<Call<RegisterOperation>> calls)
    {
        // A refused comparison says only what the value was not, which an unseen write may explain.
        bool keepsUnseen = calls.Any(call => call.IsKnown && call.Operation is RegisterOperation.CompareAndSet { Succeeded: false });
        return Settle(calls, Written, Seen, Done, keepsUnseen);
    }

    public static List<Call<ListTransaction>> Settle(IReadOnlyList<Call<ListTransaction>> calls) => Settle(
        calls,
        call => call.Appends.Length == 0 ? null : call.Appends[0].Element,
        call => call.Reads.SelectMany(read => read.Found.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        call => call,
        keepsUnseen: false);

    public static List<Call<SetOperation>> Settle(IReadOnlyList<Call<SetOperation>> calls) => Settle(
        calls,
        call => call is SetOperation.Add add ? add.Element : null,
        call => call is SetOperation.Read read ? read.Found : [],
        call => call,
        keepsUnseen: false);

    private static List<Call<TOperation>> Settle<TOperation>(
        IReadOnlyList<Call<TOperation>> calls,
        Func<TOperation, string?> written,
        Func<TOperation, IEnumerable<string>> seen,
        Func<TOperation, TOperation> done,
        bool keepsUnseen)
    {
        Dictionary<string, Call<TOperation>> unknown = calls
            .Where(call => !call.IsKnown && written(call.Operation) != null)
            .ToDictionary(call => written(call.Operation)!);
        var settled = calls.Where(call => call.IsKnown).ToList();

        // A settled call has seen things itself; each value is settled by the earliest end of those that saw it.
        Call<TOperation> Happened(Call<TOperation> call, long end) => call with { Operation = done(call.Operation), End = end };
        bool changed = true;
        var ends = new Dictionary<string, long>();
        while (changed)
        {
            changed = false;
            foreach (Call<TOperation> call in settled.Concat(ends.Select(end => Happened(unknown[end.Key], end.Value))).ToArray())
            {
                foreach (string value in seen(call.Operation))
                {
                    if (unknown.TryGetValue(value, out _)
                        && call.End < ends.GetValueOrDefault(value, long.MaxValue))
                    {
                        ends[value] = call.End;
                        changed = true;
                    }
                }
            }
        }

        foreach (Call<TOperation> call in calls.Where(call => !call.IsKnown))
        {
            string? value = written(call.Operation);
            if (value != null && ends.TryGetValue(value, out long end))
            {
                // Seen before it was sent: no order can hold that, and the search says so.
                settled.Add(call with { Operation = done(call.Operation), End = Math.Max(end, call.Start) });
            }
            else if (value == null || keepsUnseen)
            {
                settled.Add(call);
            }
        }

        return settled;
    }

    private static string? Written(RegisterOperation operation) => operation switch
    {
        RegisterOperation.Write write => write.Value,
        RegisterOperation.CompareAndSet compare => compare.Value,
        _ => null,
    };

    private static IEnumerable<string> Seen(RegisterOperation operation) => operation switch
    {
        RegisterOperation.Read { Found: { } found } => [found],
        RegisterOperation.CompareAndSet { Expected: { } expected, Succeeded: true } => [expected],
        _ => [],
    };

    private static RegisterOperation Done(RegisterOperation operation) =>
        operation is RegisterOperation.CompareAndSet compare ? compare with { Succeeded = true } : operation;
}
