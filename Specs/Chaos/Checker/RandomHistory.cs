namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>Histories of one register from a seed.</summary>
internal static class RandomHistory
{
    private static readonly string?[] Values = [null, "a", "b", "c"];

    /// <summary>A few calls with answers that may be right or wrong.</summary>
    public static Call<RegisterOperation>[] OfRegister(Random random, int calls)
    {
        var history = new Call<RegisterOperation>[calls];
        for (int i = 0; i < calls; i++)
        {
            long start = random.Next(20);
            RegisterOperation operation = random.Next(5) switch
            {
                0 or 1 => new RegisterOperation.Write(Any(random)),
                2 or 3 => new RegisterOperation.Read(Any(random)),
                _ => new RegisterOperation.CompareAndSet(Any(random), Any(random), random.Next(3) > 0),
            };
            history[i] = new(i, operation, start, random.Next(6) == 0 ? Call<RegisterOperation>.Never : start + random.Next(8));
        }

        return history;
    }

    /// <summary>What clients of a correct register see: each call happens at one moment between its start and its end.</summary>
    public static List<Call<RegisterOperation>> Simulated(Random random, int calls, int clients)
    {
        var free = new long[clients];
        var planned = new List<(int Client, long Start, long At, long End)>();
        for (int i = 0; i < calls; i++)
        {
            int client = Array.IndexOf(free, free.Min());
            long start = free[client] + random.Next(1, 30);
            long at = start + random.Next(40);
            planned.Add((client, start, at, at + random.Next(1, 40)));
            free[client] = planned[^1].End;
        }

        string? value = null;
        var history = new List<Call<RegisterOperation>>();
        foreach ((int client, long start, _, long end) in planned.OrderBy(call => call.At))
        {
            bool isKnown = random.Next(50) > 0;
            bool happens = isKnown || random.Next(2) == 0;
            RegisterOperation operation = Next(random, value, history.Count);
            if (happens && operation is RegisterOperation.Write write)
            {
                value = write.Value;
            }
            else if (happens && operation is RegisterOperation.CompareAndSet { Succeeded: true } compare)
            {
                value = compare.Value;
            }

            history.Add(new(client, operation, start, isKnown ? end : Call<RegisterOperation>.Never));
        }

        return history;
    }

    private static RegisterOperation Next(Random random, string? value, int number) => random.Next(6) switch
    {
        0 or 1 => new RegisterOperation.Write(random.Next(10) == 0 ? null : $"w{number}"),
        2 => new RegisterOperation.CompareAndSet(value, $"c{number}", Succeeded: true),
        _ => new RegisterOperation.Read(value),
    };

    /// <summary>As <see cref="OfRegister"/>, but every value is written once and no comparison is refused.</summary>
    public static Call<RegisterOperation>[] OfUniqueValues(Random random, int calls)
    {
        Call<RegisterOperation>[] history = OfRegister(random, calls);
        string?[] values = [null, .. Enumerable.Range(0, calls).Select(i => $"v{i}")];
        for (int i = 0; i < calls; i++)
        {
            history[i] = history[i] with
            {
                Operation = history[i].Operation switch
                {
                    RegisterOperation.Write { Value: not null } => new RegisterOperation.Write($"v{i}"),
                    RegisterOperation.CompareAndSet => new RegisterOperation.CompareAndSet(values[random.Next(calls + 1)], $"v{i}", Succeeded: true),
                    RegisterOperation.Read => new RegisterOperation.Read(values[random.Next(calls + 1)]),
                    RegisterOperation other => other,
                },
            };
        }

        return history;
    }

    private static string? Any(Random random) => Values[random.Next(Values.Length)];
}
