using System.Collections.Concurrent;
using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// More than the machine can do at once: the leader stays, memory stays within a bound, and all goes on afterwards. The
/// figures are in the output; <c>OVERLOAD_ELECTION_MS</c> sets another election timeout.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class OverloadSpec(OverloadedCluster overloaded, ITestOutputHelper output) : IClassFixture<OverloadedCluster>
{
    /// <summary>The heap may take a GiB; the rest is what the runtime needs beside it.</summary>
    private const int BoundMb = 1300;

    private const int LargeBytes = 1_500_000;
    private const int LargeKeys = 40;
    private const int TxnOps = 128;
    private const int Txns = 800;
    private const int Clients = 32;
    private const int Attempts = 5;

    private const string Refusal = "ResourceExhausted: etcdserver: too many requests";

    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(60);

    private ThreeNodeCluster Cluster => overloaded.Cluster;

    [Fact]
    public Task Leader_stays_under_a_full_processor() => HoldsAsync("full processor", async () =>
    {
        using var burners = new Burners(2 * Environment.ProcessorCount);
        await TogetherAsync(64, 120, (channel, i) => i % 2 == 0
            ? channel.UnaryAsync(EtcdMethods.Put, PutOf($"busy/{i % 100:D3}", 100), CallWithin).AsTask()
            : channel.UnaryAsync(EtcdMethods.Range, RangeOf("busy/", "busy0"), CallWithin).AsTask());
    });

    [Fact]
    public Task Leader_stays_while_the_largest_values_are_put_together() => HoldsAsync("1.5 MB values", async () =>
    {
        await TogetherAsync(LargeKeys, 2, (channel, i) =>
            channel.UnaryAsync(EtcdMethods.Put, PutOf($"large/{i % LargeKeys:D3}", LargeBytes), CallWithin).AsTask());
    });

    [Fact]
    public Task Leader_stays_while_the_largest_transactions_are_run_together() => HoldsAsync("128-operation transactions", PutSmallKeysAsync);

    [Fact]
    public async Task Leader_stays_while_many_take_giant_ranges_at_their_leisure()
    {
        await TogetherAsync(LargeKeys, 1, (channel, i) =>
            channel.UnaryAsync(EtcdMethods.Put, PutOf($"large/{i:D3}", LargeBytes), CallWithin).AsTask());
        await PutSmallKeysAsync();
        await HoldsAsync("giant ranges", async () =>
        {
            await using var readers = new LeisurelyReaders(Cluster.Members);
            await readers.OpenAsync(RangeOf("large/", "large0"), 8);
            await readers.OpenAsync(RangeOf("small/", "small0"), 8);
            long bytes = await readers.DrainAsync();
            output.WriteLine($"{bytes >> 20} MB were read");
            Assert.True(bytes > 24L * LargeKeys * LargeBytes, $"{bytes} bytes");
        });
    }

    [Fact]
    public Task Leader_stays_while_ten_thousand_watchers_are_told_of_each_put() => HoldsAsync("10,000 watchers", async () =>
    {
        const int Streams = 10;
        const int WatchersOfEach = 1000;
        const int Puts = 50;
        await using var watchers = new ManyWatchers(Cluster.Members);
        await watchers.OpenAsync("watched", Streams, WatchersOfEach);
        await TogetherAsync(10, Puts / 10, (channel, _) =>
            channel.UnaryAsync(EtcdMethods.Put, PutOf("watched", 100), CallWithin).AsTask());
        await watchers.ToldAsync((long)Streams * WatchersOfEach * Puts);
    });

    [Fact]
    public Task Client_that_asks_for_more_than_may_wait_is_told_so_and_served_again_afterwards() => Cluster.GuardAsync(async () =>
    {
        MemberProcess leader = await Cluster.LeaderAsync();
        MemberProcess[] others = [.. Cluster.Members.Where(member => member != leader)];
        int fit = OverloadedCluster.PendingBytesMax / LargeBytes;
        var outcomes = new ConcurrentBag<string>();
        Array.ForEach(others, other => other.Pause());
        Task puts;
        try
        {
            puts = Task.WhenAll(Enumerable.Range(0, 2 * fit).Select(async i => outcomes.Add(await OutcomeAsync(leader, PutOf($"large/{i:D3}", LargeBytes)))));
            await Poll.UntilAsync("a refusal", CallWithin, () => Task.FromResult(outcomes.Contains(Refusal)));
        }
        finally
        {
            Array.ForEach(others, other => other.Resume());
        }

        await puts;
        output.WriteLine(string.Join(", ", outcomes.CountBy(outcome => outcome).Select(pair => $"{pair.Value} times {pair.Key}")));
        await using var client = new RetryingClient(Cluster.Members);
        await client.UntilDoneAsync(EtcdMethods.Put, PutOf("after", LargeBytes), CallWithin);
        foreach (MemberProcess member in Cluster.Members)
        {
            await Poll.UntilAsync($"{member.Settings.Name} to take a put", CallWithin, async () => await OutcomeAsync(member, PutOf("after", 1)) == "OK");
        }
    });

    private Task PutSmallKeysAsync() => TogetherAsync(Clients, Txns / Clients, (channel, i) =>
    {
        var txn = new TxnRequest();
        for (int op = 0; op < TxnOps; op++)
        {
            txn.Success.Add(new RequestOp { RequestPut = PutOf(string.Create(CultureInfo.InvariantCulture, $"small/{(i * TxnOps) + op:D7}"), 100) });
        }

        return channel.UnaryAsync(EtcdMethods.Txn, txn, CallWithin).AsTask();
    });

    /// <summary>
    /// Each client one call after the other, by way of the members in turn. A call that timed out is repeated, as a client does
    /// it: the machine of the specs may be slower than the server's patience.
    /// </summary>
    private async Task TogetherAsync(int clients, int rounds, Func<GrpcChannel, int, Task> call)
    {
        int repeated = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            MemberProcess member = Cluster.Members[client % Cluster.Members.Count];
            GrpcChannel channel = await member.ConnectAsync();
            for (int round = 0; round < rounds; round++)
            {
                int attempts = 0;
                await Poll.UntilAsync($"call {round} of client {client}", 2 * CallWithin, async () =>
                {
                    Interlocked.Add(ref repeated, attempts++ == 0 ? 0 : 1);
                    channel = channel.IsOpen ? channel : await member.ConnectAsync();
                    await call(channel, (round * clients) + client);
                    return true;
                });
            }

            await channel.DisposeAsync();
        }));
        output.WriteLine($"{clients * rounds} calls of {clients} clients, {repeated} of them repeated");
    }

    /// <summary>
    /// The leader stays under the load. A run in which it does not counts as not done, and is done again, only if it was measured
    /// that the machine or its disk stood still just then; otherwise it is the server's fault.
    /// </summary>
    private Task HoldsAsync(string what, Func<Task> load) => Cluster.GuardAsync(async () =>
    {
        for (int attempt = 1; !await HeldAsync(what, load); attempt++)
        {
            Assert.True(attempt < Attempts, $"the machine stood still in each of {Attempts} runs");
        }
    });

    private async Task<bool> HeldAsync(string what, Func<Task> load)
    {
        await using var vitals = await Vitals.WatchAsync(Cluster);
        try
        {
            await load();
        }
        catch (Exception failure)
        {
            if (!await vitals.HasChangedAsync())
            {
                throw;
            }

            output.WriteLine($"{what}: {failure.Message}");
        }
        finally
        {
            output.WriteLine($"{what}: {await vitals.SummaryAsync()}");
        }

        Assert.True(vitals.AnonymousMb <= BoundMb, $"{vitals.AnonymousMb} MB of memory, {BoundMb} expected at most");
        if (!await vitals.HasChangedAsync())
        {
            return true;
        }

        IReadOnlyList<string> unexplained = vitals.Unexplained(OverloadedCluster.ElectionTimeout);
        Assert.True(unexplained.Count == 0, $"the leader changed although the machine did not stand still: {string.Join("; ", unexplained)}");
        return false;
    }

    private static async Task<string> OutcomeAsync(MemberProcess member, PutRequest put)
    {
        try
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            await channel.UnaryAsync(EtcdMethods.Put, put, CallWithin);
            return "OK";
        }
        catch (GrpcCallException refusal)
        {
            return $"{refusal.Code}: {refusal.Detail}";
        }
    }

    private static PutRequest PutOf(string key, int valueBytes) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Value = UnsafeByteOperations.UnsafeWrap(new byte[valueBytes]),
    };

    private static RangeRequest RangeOf(string key, string end) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        RangeEnd = ByteString.CopyFromUtf8(end),
    };
}
