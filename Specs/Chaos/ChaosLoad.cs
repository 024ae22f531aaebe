using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Clients of several kinds that work until they are stopped: writers of keys of their own, which read some of them
/// back through other members at once; rivals who compare and put the same few keys; readers; and one who compacts
/// what all watches have seen.
/// </summary>
internal sealed class ChaosLoad : IAsyncDisposable
{
    private const int Writers = 4;
    private const int Rivals = 3;
    private const int KeysPerWriter = 5;
    private const int RivalKeys = 3;
    private const int RevisionsKept = 200;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan BreathAfterFailure = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan CompactEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ProgressWithin = TimeSpan.FromSeconds(60);

    private readonly ThreeNodeCluster _cluster;
    private readonly ChaosLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;

    public ChaosLoad(ThreeNodeCluster cluster, ChaosLog log, IReadOnlyList<HistoryWatch> watches, int seed)
    {
        _cluster = cluster;
        _log = log;
        IEnumerable<Task> writers = Enumerable.Range(0, Writers).Select(n => WriteAsync(n, new Random(seed + n)));
        IEnumerable<Task> rivals = Enumerable.Range(0, Rivals).Select(n => CompeteAsync(n, new Random(seed + 100 + n)));
        _clients = [.. writers, .. rivals, ReadAsync(new Random(seed + 200)), CompactAsync(watches, new Random(seed + 300))];
    }

    public Task GoesOnForAsync(int more)
    {
        int target = _log.Acknowledged + more;
        return Poll.UntilAsync($"{more} more acknowledged writes", ProgressWithin, () => _log.Acknowledged >= target
            ? Task.FromResult(true)
            : throw new InvalidOperationException($"{target - _log.Acknowledged} are missing"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task WriteAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_cluster.Members, _log);
        int member = number % _cluster.Members.Count;
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            string key = $"own/{number}/{random.Next(KeysPerWriter)}";
            if (random.Next(20) == 0)
            {
                await client.DeleteAsync(member, key);
            }
            else if (!await client.PutAsync(member, key, $"w{number}:{i}"))
            {
                member = random.Next(_cluster.Members.Count);
                await PauseAsync(BreathAfterFailure);
            }
            else if (random.Next(3) == 0)
            {
                await client.ReadAsync(random.Next(_cluster.Members.Count), key, linearizable: true);
            }

            await PauseAsync(Breath);
        }
    }

    private async Task CompeteAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_cluster.Members, _log);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            string key = $"shared/{random.Next(RivalKeys)}";
            int member = random.Next(_cluster.Members.Count);
            Read? seen = await client.ReadAsync(member, key, linearizable: random.Next(2) == 0);
            if (seen != null)
            {
                await client.CompareAndPutAsync(member, key, seen.ModRevision, $"r{number}:{i}");
            }

            await PauseAsync(seen == null ? BreathAfterFailure : Breath);
        }
    }

    private async Task ReadAsync(Random random)
    {
        await using var client = new ChaosClient(_cluster.Members, _log);
        while (!_stop.IsCancellationRequested)
        {
            string key = random.Next(2) == 0
                ? $"shared/{random.Next(RivalKeys)}"
                : $"own/{random.Next(Writers)}/{random.Next(KeysPerWriter)}";
            await client.ReadAsync(random.Next(_cluster.Members.Count), key, linearizable: random.Next(3) > 0);
            await PauseAsync(Breath);
        }
    }

    private async Task CompactAsync(IReadOnlyList<HistoryWatch> watches, Random random)
    {
        await using var client = new ChaosClient(_cluster.Members, _log);
        while (!_stop.IsCancellationRequested)
        {
            await PauseAsync(CompactEvery);
            long revision = watches.Min(watch => watch.NextRevision) - RevisionsKept;
            if (revision > 1)
            {
                await client.TryAsync(
                    random.Next(_cluster.Members.Count),
                    EtcdMethods.Compact,
                    new CompactionRequest { Revision = revision });
            }
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        using var pause = new PeriodicTimer(time);
        try
        {
            await pause.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
