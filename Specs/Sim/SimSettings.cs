namespace ActorEtcd.Specs.Sim;

/// <summary>One run, from its seed alone.</summary>
internal sealed record SimSettings
{
    public required int Seed { get; init; }

    public int Members { get; init; } = 3;

    /// <summary>Members that may join while it runs.</summary>
    public int Spares { get; init; }

    public int Clients { get; init; } = 4;

    public int Watchers { get; init; } = 3;

    public TimeSpan FaultTime { get; init; } = TimeSpan.FromSeconds(14);

    public TimeSpan FaultInterval { get; init; } = TimeSpan.FromMilliseconds(900);

    public double LossRate { get; init; }

    public double DuplicateRate { get; init; }

    /// <summary>Messages of one connection keep their order, as on TCP; otherwise each has a delay of its own.</summary>
    public bool IsFifo { get; init; }

    public TimeSpan DelayMax { get; init; } = TimeSpan.FromMilliseconds(10);

    public TimeSpan FlushMax { get; init; } = TimeSpan.FromMilliseconds(5);

    public double StallRate { get; init; }

    /// <summary>How far a clock's rate may be from true.</summary>
    public double ClockDrift { get; init; }

    public TimeSpan ThinkMax { get; init; } = TimeSpan.FromMilliseconds(120);

    public int SnapshotCount { get; init; } = 60;

    public int CatchUpEntries { get; init; } = 10;

    /// <summary>How many new leaders crash within their first turns.</summary>
    public double LeaderCrashRate { get; init; }

    /// <summary>How many commits of a leader it survives by a few turns only.</summary>
    public double CommitCrashRate { get; init; }

    /// <summary>Bytes of entries in one message; small ones make entries travel alone.</summary>
    public int AppendBytesMax { get; init; } = 600;

    public bool PreVote { get; init; } = true;

    public bool CheckQuorum { get; init; } = true;

    public bool StrictReconfigurationCheck { get; init; } = true;

    /// <summary>Live bytes beyond which a member refuses writes; small ones are reached within a run.</summary>
    public long QuotaBytes { get; init; } = long.MaxValue / 2;

    /// <summary>Users and roles change, and matter.</summary>
    public bool HasUsers { get; init; }

    public SimBug Bug { get; init; }

    /// <summary>The run ends after so many turns of actors and arrivals, whatever is left to do.</summary>
    public long StepsMax { get; init; } = long.MaxValue;

    /// <summary>How long a member that crashed is away at most, when something watches over it.</summary>
    public TimeSpan RestartMax { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The run of the seed in which a planted bug is looked for.</summary>
    public static SimSettings ToFind(SimBug bug, int seed) =>
        (bug == SimBug.OlderTermCommitted ? Storm(seed) : Random(seed)) with { Bug = bug };

    /// <summary>Leaders that hardly begin before they crash, over a network that loses much: one entry to a message.</summary>
    public static SimSettings Storm(int seed) => new()
    {
        Seed = seed,
        Members = seed % 2 == 0 ? 3 : 5,
        Watchers = 1,
        LossRate = 0.3,
        DelayMax = TimeSpan.FromMilliseconds(40),
        FlushMax = TimeSpan.FromMilliseconds(2),
        FaultInterval = TimeSpan.FromMilliseconds(1500),
        ThinkMax = TimeSpan.FromMilliseconds(150),
        FaultTime = TimeSpan.FromSeconds(60),
        LeaderCrashRate = 0.85,
        CommitCrashRate = 0.9,
        AppendBytesMax = 40,
        RestartMax = TimeSpan.FromMilliseconds(1500),
        CheckQuorum = false,
    };

    public static SimSettings Random(int seed)
    {
        var random = new Random(seed);
        bool isStormy = random.Next(6) == 0;
        int members = random.Next(8) switch { 0 when !isStormy => 1, 1 or 2 => 5, _ => 3 };
        return new SimSettings
        {
            Seed = seed,
            Members = members,
            Spares = random.Next(3) == 0 ? 3 : 0,
            LeaderCrashRate = isStormy ? 0.6 : 0.05,
            AppendBytesMax = isStormy ? 60 : random.Next(60, 1200),
            LossRate = random.Next(3) switch { 0 => 0, 1 => 0.02, _ => 0.15 },
            DuplicateRate = random.Next(2) == 0 ? 0 : 0.08,
            IsFifo = random.Next(2) == 0,
            DelayMax = TimeSpan.FromMilliseconds(random.Next(4) switch { 0 => 3, 1 => 250, _ => 30 }),
            FlushMax = TimeSpan.FromMilliseconds(random.Next(3) switch { 0 => 1, 1 => 100, _ => 12 }),
            StallRate = random.Next(3) == 0 ? 0.01 : 0,
            ClockDrift = random.Next(2) == 0 ? 0 : 0.1,
            FaultInterval = TimeSpan.FromMilliseconds(random.Next(100, 1300)),
            ThinkMax = TimeSpan.FromMilliseconds(isStormy ? 500 : random.Next(3) switch { 0 => 20, 1 => 400, _ => 120 }),
            SnapshotCount = random.Next(10, 120),
            CatchUpEntries = random.Next(0, 30),
            PreVote = random.Next(6) != 0,
            CheckQuorum = random.Next(6) != 0,
            StrictReconfigurationCheck = random.Next(3) == 0,
            FaultTime = TimeSpan.FromSeconds(isStormy ? 30 : 14),
            QuotaBytes = random.Next(4) == 0 ? random.Next(1_800, 5_000) : long.MaxValue / 2,
            HasUsers = random.Next(3) == 0,
        };
    }
}
