namespace ActorEtcd.Specs.Sim;

/// <summary>What came of one run.</summary>
internal sealed record SimRun(
    int Seed, long Steps, ulong TraceHash, string? Violation, long[] Faults, int Elections, long Revisions, long Answers, long Events, int Expiries, int Refusals)
{
    public static SimRun Of(SimSettings settings) => Of(settings, out _);

    public static SimRun Of(SimSettings settings, out SimWorld world, bool isTracing = false)
    {
        world = new SimWorld(settings, isTracing);
        try
        {
            world.Run();
        }
        catch (Exception broken)
        {
            world.Fail($"the simulation failed: {broken}");
        }

        return new SimRun(
            settings.Seed,
            world.Steps,
            world.TraceHash,
            world.Violation,
            world.Faults,
            world.Invariants.Elections,
            world.History.Revision,
            world.History.Answers,
            world.Load.Watchers.Sum(static watcher => watcher.Events),
            world.Leases.Expiries,
            world.Admission.Refusals);
    }
}
