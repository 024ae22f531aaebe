using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// One run: a cluster under load and faults for a time, then healed: it has to serve again, come to one state, and
/// everything that clients saw has to fit it.
/// </summary>
internal sealed class ChaosRun(ChaosSettings settings)
{
    private const int Watches = 3;

    private static readonly string[] Prefixes = ["shared/", "list/"];

    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan SearchWithin = TimeSpan.FromSeconds(60);

    private readonly ChaosLog _log = new() { ReadsAreStale = settings.ReadsAreStale };

    public ChaosReport Report { get; private set; } = null!;

    /// <summary>Where the history of a run with a violation is kept.</summary>
    public string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_CHAOS_DIR") ?? Path.GetTempPath(),
        $"actor-etcd-chaos-{settings.Seed}-{Environment.ProcessId}-{Stopwatch.GetTimestamp()}");

    /// <summary>Called once the cluster serves.</summary>
    public Action<ChaosCluster>? AtStart { get; init; }

    /// <summary>Called when the faults are over and nothing is healed yet.</summary>
    public Func<ChaosCluster, Task>? BeforeHealing { get; init; }

    public async Task<ChaosReport> RunAsync()
    {
        Report = new ChaosReport(settings, _log);
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(settings);
        HistoryWatch[] watches =
        [
            .. Enumerable.Range(0, Watches).Select(n => new HistoryWatch(cluster.Members, n, _log)),
            .. Prefixes.Select((prefix, n) => new HistoryWatch(cluster.Members, n, _log, prefix)),
        ];
        try
        {
            await DriveAsync(cluster, watches);
            await ComeToRestAsync(cluster, watches);
        }
        catch (Exception failure) when (failure is TimeoutException or ServerExitedException or InvalidOperationException)
        {
            Report.Violations.Add($"did not come to rest: {failure.Message.Split('\n')[0]}");
        }
        finally
        {
            foreach (HistoryWatch watch in watches)
            {
                await watch.DisposeAsync();
            }
        }

        Check(watches);
        Report.Resumptions = watches.Sum(watch => watch.Resumptions);
        if (Report.Violations.Count > 0)
        {
            Report.Keep(Folder, [.. watches.Select(watch => watch.Events)], cluster.Logs);
        }

        return Report;
    }

    private async Task DriveAsync(ChaosCluster cluster, HistoryWatch[] watches)
    {
        await using var leases = new LeaseHolders(cluster.Members, _log, settings.Seed);
        await using (var locks = new LockHolders(cluster.Members, _log, settings.Seed))
        await using (var load = new ChaosLoad(cluster.Members, _log, watches, settings.Seed))
        {
            await load.GoesOnForAsync(50);
            AtStart?.Invoke(cluster);
            using var over = new CancellationTokenSource(settings.Length);
            await new Nemesis(cluster, _log, settings).RunAsync(over.Token);
            await Pauses.OrStopAsync(settings.Length, over.Token);
            await (BeforeHealing?.Invoke(cluster) ?? Task.CompletedTask);
            cluster.HealAll();
            await cluster.StartAllAsync();
            _log.Fault("healed");
            await load.GoesOnForAsync(50);
        }

        await leases.StopAsync();
        await leases.AllLeasesEndAsync();
    }

    private async Task ComeToRestAsync(ChaosCluster cluster, HistoryWatch[] watches)
    {
        await using var client = new ChaosClient(cluster.Members, _log);
        await HashesBecomeEqualAsync(cluster);
        Read last = await Poll.UntilAsync("a last read", DrainWithin, () => client.ReadAsync(0, "own/0/0", linearizable: true));
        long GoalOf(HistoryWatch watch) => watch.Prefix == null
            ? last.HeaderRevision
            : watches[0].Events.LastOrDefault(change => change.Key.StartsWith(watch.Prefix, StringComparison.Ordinal))?.Revision ?? 0;
        await Poll.UntilAsync($"all watches to tell revision {last.HeaderRevision}", DrainWithin, () =>
            watches.All(watch => watch.NextRevision > GoalOf(watch))
                ? Task.FromResult(true)
                : throw new InvalidOperationException(string.Join(", ", watches.Select(watch => watch.NextRevision))));
    }

    /// <summary>All members have one revision; then they have one hash.</summary>
    private async Task HashesBecomeEqualAsync(ChaosCluster cluster)
    {
        HashKVResponse[] hashes = await Poll.UntilAsync("all members to reach one revision", DrainWithin, async () =>
        {
            HashKVResponse[] found = await Task.WhenAll(cluster.Members.Select(async member =>
            {
                await using GrpcChannel channel = await member.ConnectAsync();
                return await channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest(), TimeSpan.FromSeconds(5));
            }));
            return found.All(hash => hash.Header.Revision == found[0].Header.Revision && hash.CompactRevision == found[0].CompactRevision)
                ? found
                : null;
        });
        if (hashes.Any(hash => hash.Hash != hashes[0].Hash))
        {
            Report.Violations.Add($"hashes differ: {string.Join(", ", hashes.Select(hash => $"{hash.Hash} at {hash.Header.Revision}"))}");
        }
    }

    private void Check(HistoryWatch[] watches)
    {
        Report.Violations.AddRange(_log.Violations);
        HistoryEvent[] longest = watches.Select(watch => watch.Events).MaxBy(history => history.Length)!;
        Report.Events = longest.Length;
        Report.Violations.AddRange(ChaosChecks.Run(longest, _log));
        foreach (HistoryWatch watch in watches)
        {
            Report.Violations.AddRange(ChaosChecks.Compare(longest, watch.Events, watch.Prefix));
        }

        var models = new ModelChecks(_log, Folder, SearchWithin);
        Report.Violations.AddRange(models.Run());
        Report.Histories = models.Histories;
        Report.HistoryCalls = models.Calls;
        Report.Undecided = models.Undecided;
    }
}
