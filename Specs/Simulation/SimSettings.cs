namespace ActorEtcd.Specs.Simulation;

/// <summary>The world of one simulated run; everything else follows from the seed.</summary>
public sealed record SimSettings
{
    public required int Seed { get; init; }

    public required int Members { get; init; }

    public TimeSpan FaultTime { get; init; } = TimeSpan.FromSeconds(40);

    public double LossRate { get; init; }

    public double DuplicateRate { get; init; }

    /// <summary>Messages are delayed by up to this; beyond a heartbeat they overtake each other wildly.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromMilliseconds(30);

    public TimeSpan DiskLatencyMax { get; init; } = TimeSpan.FromMilliseconds(15);

    public double DiskStallRate { get; init; }

    /// <summary>The mean time between two faults: partition, crash, pause, healing.</summary>
    public TimeSpan FaultInterval { get; init; } = TimeSpan.FromSeconds(2);

    public int CheckpointEvery { get; init; } = 25;

    public bool PreVote { get; init; } = true;

    /// <summary>How many of the faults are changes of the group, in hundredths.</summary>
    public int ChangePercent { get; init; }

    /// <summary>Members that may be added one after the other; none comes back once it was removed.</summary>
    public int Spares { get; init; }

    /// <summary>How many of the faults are the loss of a whole log, in hundredths; one member at a time.</summary>
    public int LosePercent { get; init; }

    /// <summary>What is broken on purpose, to see that the invariants notice.</summary>
    public SimBug Bug { get; init; }

    /// <summary>The same with changes of the group among the faults, more of them at a time.</summary>
    public static SimSettings RandomWithChanges(int seed) => Random(seed) with
    {
        ChangePercent = 40,
        Spares = 12,
        FaultInterval = TimeSpan.FromMilliseconds(new Random(seed).Next(150, 1500)),
    };

    /// <summary>The same with members that lose their logs, and no cluster that has nobody to spare.</summary>
    public static SimSettings RandomWithLosses(int seed) => Random(seed) with
    {
        Members = seed % 4 == 0 ? 5 : 3,
        LosePercent = 25,
        FaultInterval = TimeSpan.FromMilliseconds(new Random(seed).Next(300, 2500)),
    };

    public static SimSettings Random(int seed)
    {
        var random = new Random(seed);
        return new SimSettings
        {
            Seed = seed,
            Members = random.Next(8) switch { 0 => 1, 1 or 2 => 5, 3 => 2, _ => 3 },
            LossRate = random.Next(3) switch { 0 => 0, 1 => 0.02, _ => 0.25 },
            DuplicateRate = random.Next(2) == 0 ? 0 : 0.1,
            DelayMax = TimeSpan.FromMilliseconds(random.Next(4) switch { 0 => 5, 1 => 400, _ => 40 }),
            DiskLatencyMax = TimeSpan.FromMilliseconds(random.Next(3) switch { 0 => 1, 1 => 200, _ => 15 }),
            DiskStallRate = random.Next(3) == 0 ? 0.01 : 0,
            FaultInterval = TimeSpan.FromMilliseconds(random.Next(400, 5000)),
            CheckpointEvery = random.Next(5, 60),
            PreVote = random.Next(6) != 0,
        };
    }
}
