using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Clients that compete for a lock made of a key with a lease. The revision that made the key is the holder's token; what
/// the lock guards is written only in a transaction that compares it, so one whose lease has ended writes nothing.
/// </summary>
internal sealed class LockHolders : IAsyncDisposable
{
    private const int Holders = 3;
    private const int FirstClient = 40;
    private const long TtlSeconds = 4;
    private const string Lock = "lock/0";
    private const string Guarded = "guarded/0";

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(30);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ChaosLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _holders;

    public LockHolders(IReadOnlyList<MemberProcess> members, ChaosLog log, int seed)
    {
        _members = members;
        _log = log;
        _holders = [.. Enumerable.Range(0, Holders).Select(n => CompeteAsync(n, new Random(seed + 500 + n)))];
    }

    public static long TokenOf(string value) => long.Parse(value.Split(':')[0], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_holders);
        _stop.Dispose();
    }

    private async Task CompeteAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_members, _log, FirstClient + number);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            await Pauses.OrStopAsync(Breath, _stop.Token);
            long leasedAt = Stopwatch.GetTimestamp();
            bool abandons = random.Next(6) == 0;
            Answer<LeaseGrantResponse> lease = await client.AskAsync(
                "lease grant", client.Any(random), EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = TtlSeconds });
            while (lease.Value is { } granted && !_stop.IsCancellationRequested && Left(leasedAt) > TimeSpan.Zero)
            {
                long askedAt = Stopwatch.GetTimestamp();
                long token = await AcquireAsync(client, $"{number}.{i}.{askedAt}", granted.ID, random);
                long heldFrom = Stopwatch.GetTimestamp();
                if (token != 0)
                {
                    long until = await HoldAsync(client, token, granted.ID, leasedAt, abandons, random);
                    _log.Holds.Enqueue(new LockHold(Lock, client.Number, token, askedAt, heldFrom, until));
                    break;
                }

                await Pauses.OrStopAsync(Breath, _stop.Token);
            }

            // A lock that was got without an answer, or not released, would keep everybody waiting for the lease to end.
            if (lease.Value != null && !abandons)
            {
                await client.AskAsync(
                    "lease revoke", client.Any(random), EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease.Value.ID });
            }
        }
    }

    /// <summary>The token, or 0.</summary>
    private async Task<long> AcquireAsync(ChaosClient client, string name, long lease, Random random)
    {
        long start = Stopwatch.GetTimestamp();
        Answer<TxnResponse> answer = await client.AskAsync("lock", client.Any(random), EtcdMethods.Txn, new TxnRequest
        {
            Compare = { ChaosClient.ModRevisionIs(Lock, 0) },
            Success = { Put(Lock, name, lease) },
        });
        long end = Stopwatch.GetTimestamp();
        bool got = answer.Value is { Succeeded: true };
        if (got || answer.Outcome == Outcome.Unknown)
        {
            _log.Add(new Write(client.Number, Lock, name, 0, null, start, end, got ? answer.Value!.Header.Revision : 0));
        }

        return got ? answer.Value!.Header.Revision : 0;
    }

    /// <summary>Writes under the lock for a while, renews its lease or not, and releases it or not.</summary>
    /// <returns>Until when nobody else can have had it.</returns>
    private async Task<long> HoldAsync(ChaosClient client, long token, long lease, long renewedAt, bool abandons, Random random)
    {
        for (int i = random.Next(1, 8); i > 0 && !_stop.IsCancellationRequested; i--)
        {
            if (!await WriteGuardedAsync(client, token, random))
            {
                break;
            }

            long sentAt = Stopwatch.GetTimestamp();
            renewedAt = random.Next(3) == 0 && await client.TryKeepAliveAsync(client.Any(random), lease) > 0 ? sentAt : renewedAt;
            await Pauses.OrStopAsync(Breath, _stop.Token);
        }

        long until = renewedAt + (TtlSeconds * Stopwatch.Frequency);
        if (abandons)
        {
            return until;
        }

        long releasedAt = Stopwatch.GetTimestamp();
        await client.AskAsync("unlock", client.Any(random), EtcdMethods.Txn, new TxnRequest
        {
            Compare = { ChaosClient.ModRevisionIs(Lock, token) },
            Success = { new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(Lock) } } },
        });
        return Math.Min(until, releasedAt);
    }

    /// <summary>False when the lock has passed to somebody else.</summary>
    private async Task<bool> WriteGuardedAsync(ChaosClient client, long token, Random random)
    {
        long start = Stopwatch.GetTimestamp();
        string value = $"{token}:{start}";
        Answer<TxnResponse> answer = await client.AskAsync("guarded write", client.Any(random), EtcdMethods.Txn, new TxnRequest
        {
            Compare = { ChaosClient.ModRevisionIs(Lock, token) },
            Success = { Put(Guarded, value, 0) },
        });
        if (answer.Value is { Succeeded: true } || answer.Outcome == Outcome.Unknown)
        {
            long revision = answer.Value?.Header.Revision ?? 0;
            _log.Add(new Write(client.Number, Guarded, value, -1, null, start, Stopwatch.GetTimestamp(), revision));
        }

        return answer.Value is not { Succeeded: false };
    }

    private static RequestOp Put(string key, string value, long lease) => new()
    {
        RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), Lease = lease },
    };

    private static TimeSpan Left(long leasedAt) => TimeSpan.FromSeconds(TtlSeconds) - Stopwatch.GetElapsedTime(leasedAt);
}
