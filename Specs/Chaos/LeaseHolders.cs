using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Clients that take leases, hang a key on each, keep it alive for a while, and then revoke or forget it. A lease must
/// not end within its time to live of an answered renewal, must be gone once its revoke is acknowledged, and must end
/// by itself when forgotten.
/// </summary>
internal sealed class LeaseHolders : IAsyncDisposable
{
    private const int Holders = 3;
    private const long TtlSeconds = 5;

    private static readonly TimeSpan RenewEvery = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(180);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ChaosLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _holders;
    private int _granted;

    public LeaseHolders(IReadOnlyList<MemberProcess> members, ChaosLog log, int seed)
    {
        _members = members;
        _log = log;
        _holders = [.. Enumerable.Range(0, Holders).Select(n => HoldAsync(n, new Random(seed + 400 + n)))];
    }

    public int Granted => _granted;

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_holders);
    }

    /// <summary>With nobody to renew them, every lease ends and takes its keys along.</summary>
    public async Task AllLeasesEndAsync()
    {
        await using var client = new ChaosClient(_members, _log);
        await Poll.UntilAsync("every forgotten lease to end", GoneWithin, async () =>
        {
            LeaseLeasesResponse? leases = (await client.AskAsync(
                "lease list", 0, EtcdMethods.LeaseLeases, new LeaseLeasesRequest())).Value;
            return leases is { Leases.Count: 0 }
                ? true
                : throw new InvalidOperationException($"{leases?.Leases.Count} leases are left: {leases}");
        });
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task HoldAsync(int number, Random random)
    {
        await using var client = new ChaosClient(_members, _log);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            await PauseAsync();
            long sentAt = Stopwatch.GetTimestamp();
            LeaseGrantResponse? lease = (await client.AskAsync(
                "lease grant", Any(random), EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = TtlSeconds })).Value;
            if (lease != null)
            {
                Interlocked.Increment(ref _granted);
                await HoldAsync(client, lease.ID, $"leased/{number}/{i}", sentAt, random);
            }
        }
    }

    private async Task HoldAsync(ChaosClient client, long lease, string key, long renewedAt, Random random)
    {
        bool hasKey = (await client.PutAsync(Any(random), key, key, lease)).Value != null;
        for (int renewals = random.Next(1, 15); renewals > 0 && !_stop.IsCancellationRequested; renewals--)
        {
            await PauseAsync();
            long sentAt = Stopwatch.GetTimestamp();
            int member = Any(random);
            long? ttl = await client.TryKeepAliveAsync(member, lease);
            if (ttl == 0)
            {
                MustHaveEnded(lease, renewedAt, $"member {member} did not renew it");
                return;
            }

            renewedAt = ttl > 0 ? sentAt : renewedAt;
            if (hasKey && await client.ReadAsync(Any(random), key, linearizable: true) is { Value: null } read)
            {
                MustHaveEnded(lease, renewedAt, $"{read.Member} has no {key} at revision {read.HeaderRevision}");
                return;
            }
        }

        if (random.Next(2) == 0)
        {
            await RevokeAsync(client, lease, key, random);
        }
    }

    private async Task RevokeAsync(ChaosClient client, long lease, string key, Random random)
    {
        LeaseRevokeResponse? revoked = (await client.AskAsync(
            "lease revoke", Any(random), EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease })).Value;
        if (revoked != null
            && await client.ReadAsync(Any(random), key, linearizable: true) is { Value: not null } read)
        {
            _log.Violation($"lease {lease:x} was revoked at {revoked.Header.Revision}, "
                + $"but {read.Member} has {key} at revision {read.HeaderRevision}");
        }
    }

    private void MustHaveEnded(long lease, long renewedAt, string evidence)
    {
        TimeSpan since = Stopwatch.GetElapsedTime(renewedAt);
        if (since < TimeSpan.FromSeconds(TtlSeconds))
        {
            _log.Violation($"lease {lease:x} ended {since.TotalSeconds:F2} s after a renewal for {TtlSeconds} s: {evidence}");
        }
    }

    private int Any(Random random)
    {
        return random.Next(_members.Count);
    }

    private Task PauseAsync() => Pauses.OrStopAsync(RenewEvery, _stop.Token);
}
