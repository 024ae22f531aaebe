using System.Collections.Immutable;
using ActorEtcd.Specs.Chaos.Faults;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Carries out two plans beside each other: one against members, one against links, connections and disks.</summary>
internal sealed class Nemesis
{
    private readonly MemberNemesis _members;
    private readonly LinkNemesis _links;
    private readonly ChaosSettings _settings;
    private readonly ChaosLog _log;

    public Nemesis(ChaosCluster cluster, ChaosLog log, ChaosSettings settings)
    {
        _members = new MemberNemesis(cluster, log);
        _links = new LinkNemesis(cluster, log);
        _settings = settings;
        _log = log;
    }

    public static FaultPlan MemberPlan(ChaosSettings settings) => Plan(settings, settings.Seed, settings.MemberFaults);

    public static FaultPlan LinkPlan(ChaosSettings settings) => Plan(settings, ~settings.Seed, settings.LinkFaults);

    public async Task RunAsync(CancellationToken stop)
    {
        Task members = RunAsync(_settings.MemberFaults.IsEmpty ? null : MemberPlan(_settings), _members.StrikeAsync, stop);
        Task links = RunAsync(_settings.LinkFaults.IsEmpty ? null : LinkPlan(_settings), _links.StrikeAsync, stop);
        await Task.WhenAll(members, links);
    }

    private static FaultPlan Plan(ChaosSettings settings, int seed, ImmutableArray<FaultKind> kinds) =>
        new(seed, kinds, ChaosCluster.ElectionTimeout, settings.FaultElectionsMax);

    private async Task RunAsync(FaultPlan? plan, Func<Fault, CancellationToken, Task> strike, CancellationToken stop)
    {
        while (plan != null && !stop.IsCancellationRequested && _log.Violations.IsEmpty)
        {
            Fault fault = plan.Next();
            _log.FaultCounts.AddOrUpdate(fault.Kind.ToString(), 1, static (_, count) => count + 1);
            await strike(fault, stop);
            await Pauses.OrStopAsync(fault.Pause, stop);
        }
    }
}
