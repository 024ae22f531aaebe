using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Specs.Chaos.Checker;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.GrpcProxy.Leasing;

/// <summary>
/// Clients of two proxies that own keys in turn, and one of the server itself that reads, while the links of the proxies
/// are cut and held up, for longer than their sessions last at times: there is one order of all that fits what each saw.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class LeasingLinearizabilitySpec(ITestOutputHelper output)
{
    private const int ClientsPerProxy = 3;
    private const int CallsMin = 31;

    private static readonly TimeSpan CheckWithin = TimeSpan.FromSeconds(180);

    [Theory]
    [InlineData(4, false)]
    [InlineData(12, true)]
    public async Task Reads_of_owned_keys_and_writes_through_every_proxy_have_one_order(int seconds, bool disturbed)
    {
        int seed = SpecEnvironment.Seed ?? 1;
        output.WriteLine($"ACTOR_ETCD_SPECS_SEED={seed}");
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        await using LeasingProxy one = await LeasingProxy.StartAsync(server.Process.Settings.ClientPort, TimeSpan.FromSeconds(3));
        await using LeasingProxy two = await LeasingProxy.StartAsync(server.Process.Settings.ClientPort, TimeSpan.FromSeconds(3));
        var history = new LeasingHistory();
        using var stop = new CancellationTokenSource();
        List<Task> clients = [ClientAsync(history, 0, () => server.Process.ConnectAsync(), seed, readsAlone: true, stop.Token)];
        for (int i = 1; i <= 2 * ClientsPerProxy; i++)
        {
            LeasingProxy proxy = i % 2 == 0 ? one : two;
            clients.Add(ClientAsync(history, i, proxy.ConnectAsync, seed + i, readsAlone: false, stop.Token));
        }

        if (disturbed)
        {
            clients.Add(DisturbAsync([one, two], new Random(seed), stop.Token));
        }

        // So long, and on a machine that stands still for as long as it takes.
        long start = Stopwatch.GetTimestamp();
        await Poll.UntilAsync(
            $"{CallsMin} calls",
            TimeSpan.FromMinutes(3),
            () => Task.FromResult(Stopwatch.GetElapsedTime(start).TotalSeconds > seconds && history.Count >= CallsMin));
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Check(history);
    }

    private static async Task ClientAsync(
        LeasingHistory history, int number, Func<Task<GrpcChannel>> connect, int seed, bool readsAlone, CancellationToken stop)
    {
        var random = new Random(seed);
        await using GrpcChannel channel = await connect();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(readsAlone ? 10 : 3));
        while (!stop.IsCancellationRequested)
        {
            await history.AskAsync(number, channel, random, readsAlone);
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Each link in turn is held up or cut, shorter or longer than a session lasts, and is let go in the end.</summary>
    private static async Task DisturbAsync(LeasingProxy[] proxies, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            LeasingProxy proxy = proxies[random.Next(proxies.Length)];
            if (random.Next(2) == 0)
            {
                proxy.Link.Freeze();
            }
            else
            {
                proxy.Link.Cut();
            }

            await PauseAsync(random.Next(3) == 0 ? random.Next(3000, 4500) : random.Next(50, 800), stop);
            proxy.Link.Heal();
            await PauseAsync(random.Next(100, 800), stop);
        }

        Array.ForEach(proxies, static proxy => proxy.Link.Heal());
    }

    private static async Task PauseAsync(int milliseconds, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        try
        {
            await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private void Check(LeasingHistory history)
    {
        long start = Stopwatch.GetTimestamp();
        foreach ((string key, List<Call<RegisterOperation>> calls) in history.Registers())
        {
            List<Call<RegisterOperation>> settled = Observations.Settle(calls);
            CheckResult result = new LinearizabilitySearch<RegisterState, RegisterOperation>(new RegisterModel(), settled, CheckWithin).Run();
            Assert.True(result.Verdict == Verdict.Linearizable, ViolationTrace.Text($"key {key}", settled, result));
        }

        output.WriteLine($"{history.Count} calls, {history.Unanswered} without an answer, checked in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
    }
}
