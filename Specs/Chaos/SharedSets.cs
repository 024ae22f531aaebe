using System.Diagnostics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Checker;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Clients that add elements to a set, remove their own and read all of it. An element is a key below the set's prefix.
/// After some operations everybody goes on to the next set, so that none grows large.
/// </summary>
internal sealed class SharedSets
{
    private const int Clients = 3;
    private const int FirstClient = 60;
    private const int OperationsPerSet = 80;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(8);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ChaosLog _log;
    private readonly CancellationToken _stop;
    private int _operations;

    private SharedSets(IReadOnlyList<MemberProcess> members, ChaosLog log, CancellationToken stop)
    {
        _members = members;
        _log = log;
        _stop = stop;
    }

    public static IEnumerable<Task> Start(IReadOnlyList<MemberProcess> members, ChaosLog log, int seed, CancellationToken stop)
    {
        var sets = new SharedSets(members, log, stop);
        return Enumerable.Range(0, Clients).Select(n => sets.WorkAsync(FirstClient + n, new Random(seed + n)));
    }

    private async Task WorkAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_members, _log, number);
        var own = new List<string>();
        int last = 0;
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            int set = Interlocked.Increment(ref _operations) / OperationsPerSet;
            if (set != last)
            {
                own.Clear();
                last = set;
            }

            switch (random.Next(6))
            {
                case 0 or 1:
                    own.Add($"{number}.{i}");
                    await AddAsync(client, set, own[^1], random);
                    break;
                case 2 when own.Count > 0:
                    string element = own[random.Next(own.Count)];
                    own.Remove(element);
                    await RemoveAsync(client, set, element, random);
                    break;
                default:
                    await ReadAsync(client, set, random);
                    break;
            }

            await Pauses.OrStopAsync(Breath, _stop);
        }
    }

    private async Task AddAsync(ChaosClient client, int set, string element, Random random)
    {
        long start = Stopwatch.GetTimestamp();
        Answer<PutResponse> answer = await client.PutAsync(client.Any(random), $"set/{set}/{element}", element);
        Note(client, set, new SetOperation.Add(element), start, answer.Outcome);
    }

    private async Task RemoveAsync(ChaosClient client, int set, string element, Random random)
    {
        long start = Stopwatch.GetTimestamp();
        Answer<DeleteRangeResponse> answer = await client.DeleteAsync(client.Any(random), $"set/{set}/{element}");
        Note(client, set, new SetOperation.Remove(element), start, answer.Outcome);
    }

    private async Task ReadAsync(ChaosClient client, int set, Random random)
    {
        bool linearizable = random.Next(4) > 0;
        long start = Stopwatch.GetTimestamp();
        if (await client.ReadAllAsync(client.Any(random), $"set/{set}/", linearizable) is { } read && linearizable)
        {
            Note(client, set, new SetOperation.Read([.. read.Found.Select(found => found.Value)]), start, Outcome.Acknowledged);
        }
    }

    private void Note(ChaosClient client, int set, SetOperation operation, long start, Outcome outcome)
    {
        if (outcome != Outcome.Failed)
        {
            long end = outcome == Outcome.Unknown ? Call<SetOperation>.Never : Stopwatch.GetTimestamp();
            _log.SetCalls.Enqueue((set, new Call<SetOperation>(client.Number, operation, start, end)));
        }
    }
}
