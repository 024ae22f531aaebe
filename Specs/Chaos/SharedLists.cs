using System.Collections.Immutable;
using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Checker;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Clients that read some lists at one moment and append to some of them in a transaction that holds only if what was
/// read still stands: so all of it happens at the moment of the commit. After some operations everybody goes on to new
/// lists.
/// </summary>
internal sealed class SharedLists
{
    private const int Clients = 3;
    private const int FirstClient = 70;
    private const int ListsAtOnce = 3;
    private const int OperationsPerLists = 60;
    private const int Tries = 3;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(8);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ChaosLog _log;
    private readonly CancellationToken _stop;
    private int _operations;

    private SharedLists(IReadOnlyList<MemberProcess> members, ChaosLog log, CancellationToken stop)
    {
        _members = members;
        _log = log;
        _stop = stop;
    }

    public static IEnumerable<Task> Start(IReadOnlyList<MemberProcess> members, ChaosLog log, int seed, CancellationToken stop)
    {
        var lists = new SharedLists(members, log, stop);
        return Enumerable.Range(0, Clients).Select(n => lists.WorkAsync(FirstClient + n, new Random(seed + n)));
    }

    private async Task WorkAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_members, _log, number);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            int epoch = Interlocked.Increment(ref _operations) / OperationsPerLists;
            string[] keys = [.. Enumerable.Range(0, ListsAtOnce).Where(_ => random.Next(3) > 0).Select(n => $"list/{epoch}/{n}")];
            bool appends = random.Next(4) > 0;
            for (int tried = 0; tried < Tries && keys.Length > 0 && !_stop.IsCancellationRequested; tried++)
            {
                ImmutableArray<Read> seen = await ReadAsync(client, epoch, keys, random);
                if (seen.IsEmpty || !appends || await AppendAsync(client, epoch, seen, $"{number}.{i}.{tried}", random))
                {
                    break;
                }
            }

            await Pauses.OrStopAsync(Breath, _stop);
        }
    }

    /// <summary>One transaction that only reads; empty without an answer.</summary>
    private async Task<ImmutableArray<Read>> ReadAsync(ChaosClient client, int epoch, string[] keys, Random random)
    {
        int member = client.Any(random);
        var request = new TxnRequest();
        request.Success.AddRange(keys.Select(key => new RequestOp { RequestRange = new RangeRequest { Key = ByteString.CopyFromUtf8(key) } }));
        long start = Stopwatch.GetTimestamp();
        Answer<TxnResponse> answer = await client.AskAsync("read of lists", member, EtcdMethods.Txn, request);
        long end = Stopwatch.GetTimestamp();
        if (answer.Value is not { } found)
        {
            return [];
        }

        ImmutableArray<Read> reads =
        [
            .. keys.Zip(found.Responses, (key, response) => (Key: key, response.ResponseRange.Kvs)).Select(list => new Read(
                client.Number,
                client.NameOf(member),
                list.Key,
                true,
                found.Header.Revision,
                list.Kvs.Count == 0 ? null : list.Kvs[0].Value.ToStringUtf8(),
                list.Kvs.Count == 0 ? 0 : list.Kvs[0].ModRevision,
                start,
                end)),
        ];
        foreach (Read read in reads)
        {
            _log.Reads.Enqueue(read);
        }

        _log.ListCalls.Enqueue((epoch, new Call<ListTransaction>(client.Number, new ListTransaction(Found(reads), []), start, end)));
        return reads;
    }

    /// <summary>False when something else came in between.</summary>
    private async Task<bool> AppendAsync(ChaosClient client, int epoch, ImmutableArray<Read> seen, string element, Random random)
    {
        Read[] grown = [.. seen.Where((_, n) => n == 0 || random.Next(2) == 0)];
        var request = new TxnRequest();
        request.Compare.AddRange(seen.Select(read => ChaosClient.ModRevisionIs(read.Key, read.ModRevision)));
        request.Success.AddRange(grown.Select(read => new RequestOp
        {
            RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(read.Key), Value = ByteString.CopyFromUtf8(Grown(read, element)) },
        }));
        long start = Stopwatch.GetTimestamp();
        Answer<TxnResponse> answer = await client.AskAsync("append to lists", client.Any(random), EtcdMethods.Txn, request);
        long end = Stopwatch.GetTimestamp();
        if (!answer.MayHaveHappened || answer.Value is { Succeeded: false })
        {
            return false;
        }

        long revision = answer.Value?.Header.Revision ?? 0;
        foreach (Read read in grown)
        {
            _log.Add(new Write(client.Number, read.Key, Grown(read, element), read.ModRevision, read.Value, start, end, revision));
        }

        var operation = new ListTransaction(Found(seen), [.. grown.Select(read => (read.Key, element))]);
        long known = answer.Value == null ? Call<ListTransaction>.Never : end;
        _log.ListCalls.Enqueue((epoch, new Call<ListTransaction>(client.Number, operation, start, known)));
        return true;
    }

    private static string Grown(Read read, string element) => read.Value == null ? element : $"{read.Value} {element}";

    private static ImmutableArray<(string, string)> Found(IEnumerable<Read> reads) =>
        [.. reads.Select(read => (read.Key, read.Value ?? ""))];
}
