using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Clients of several kinds that work until they are stopped: writers of keys of their own, which read some of them
/// back through other members at once; rivals who compare and put the same few keys; readers; those who share sets and
/// lists; and one who compacts what all watches have seen.
/// </summary>
internal sealed class ChaosLoad : IAsyncDisposable
{
    private const int Writers = 3;
    private const int Rivals = 3;
    private const int KeysPerWriter = 5;
    private const int RivalKeys = 3;
    private const int RevisionsKept = 300;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan BreathAfterFailure = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan CompactEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ProgressWithin = TimeSpan.FromSeconds(180);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ChaosLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;

    public ChaosLoad(IReadOnlyList<MemberProcess> members, ChaosLog log, IReadOnlyList<HistoryWatch> watches, int seed)
    {
        _members = members;
        _log = log;
        IEnumerable<Task> writers = Enumerable.Range(0, Writers).Select(n => WriteAsync(n, new Random(seed + n)));
        IEnumerable<Task> rivals = Enumerable.Range(0, Rivals).Select(n => CompeteAsync(n, new Random(seed + 100 + n)));
        _clients =
        [
            .. writers,
            .. rivals,
            ReadAsync(new Random(seed + 200)),
            CompactAsync(watches, new Random(seed + 300)),
            .. SharedSets.Start(members, log, seed + 600, _stop.Token),
            .. SharedLists.Start(members, log, seed + 700, _stop.Token),
        ];
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
        await using var client = new ChaosClient(_members, _log, number);
        int member = number % _members.Count;
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            string key = $"own/{number}/{random.Next(KeysPerWriter)}";
            if (random.Next(20) == 0)
            {
                await client.DeleteAsync(member, key);
            }
            else if ((await client.PutAsync(member, key, $"w{number}:{i}")).Value == null)
            {
                member = client.Any(random);
                await PauseAsync(BreathAfterFailure);
            }
            else if (random.Next(3) == 0)
            {
                await client.ReadAsync(client.Any(random), key, linearizable: true);
            }

            await PauseAsync(Breath);
        }
    }

    private async Task CompeteAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_members, _log, 10 + number);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            string key = $"shared/{random.Next(RivalKeys)}";
            int member = client.Any(random);
            Read? seen = await client.ReadAsync(member, key, linearizable: random.Next(2) == 0);
            if (seen != null)
            {
                await client.CompareAndPutAsync(member, seen, $"r{number}:{i}");
            }

            await PauseAsync(seen == null ? BreathAfterFailure : Breath);
        }
    }

    private async Task ReadAsync(Random random)
    {
        await using var client = new ChaosClient(_members, _log, 20);
        while (!_stop.IsCancellationRequested)
        {
            string key = random.Next(2) == 0
                ? $"shared/{random.Next(RivalKeys)}"
                : $"own/{random.Next(Writers)}/{random.Next(KeysPerWriter)}";
            await client.ReadAsync(client.Any(random), key, linearizable: random.Next(3) > 0);
            await PauseAsync(Breath);
        }
    }

    private async Task CompactAsync(IReadOnlyList<HistoryWatch> watches, Random random)
    {
        await using var client = new ChaosClient(_members, _log);
        while (!_stop.IsCancellationRequested)
        {
            await PauseAsync(CompactEvery);
            long revision = watches.Min(watch => watch.NextRevision) - RevisionsKept;
            if (revision > 1)
            {
                var request = new CompactionRequest { Revision = revision, Physical = random.Next(2) == 0 };
                await client.AskAsync("compact", client.Any(random), EtcdMethods.Compact, request);
            }
        }
    }

    private Task PauseAsync(TimeSpan time) => Pauses.OrStopAsync(time, _stop.Token);
}
